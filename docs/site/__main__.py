"""Write what Zensical builds the site from: `python -m docs.site`, then see `make docs`."""

from docs.site.book import write
from docs.site.pages import CHECKOUT

if __name__ == "__main__":
    print(f"{write(CHECKOUT / 'build')} pages in build/docs")
