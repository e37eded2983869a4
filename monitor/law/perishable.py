"""Categories of fresh and live goods, which the Price Law lets a trader mark down below cost (art. 14(2))."""

PERISHABLE = frozenset(
    {
        "aquatic",
        "bakery",
        "bread",
        "cake",
        "cut_flowers",
        "dairy",
        "dairy_fresh",
        "delicatessen",
        "eggs",
        "fish",
        "flowers",
        "fresh",
        "fresh_food",
        "fresh_meat",
        "fresh_milk",
        "fruit",
        "fruits",
        "live_fish",
        "live_poultry",
        "live_seafood",
        "meat",
        "milk",
        "mushrooms",
        "pastry",
        "perishable",
        "pork",
        "poultry",
        "prepared_food",
        "seafood",
        "tofu",
        "vegetable",
        "vegetables",
        "yoghurt",
        "yogurt",
        "水产",
        "水果",
        "海鲜",
        "熟食",
        "牛奶",
        "生鲜",
        "肉类",
        "蔬菜",
        "蛋类",
        "豆制品",
        "酸奶",
        "鲜花",
        "鲜奶",
        "面包",
    }
)
"""By the names of categories on the wire, in lower case."""


def is_perishable(category: str | None) -> bool:
    """Answer whether goods of a category spoil, so that a low price may be a lawful markdown."""
    return category is not None and category.lower() in PERISHABLE
