// Holds custom resources against the schemas of their operators. Reads a list of them as JSON, prints what is wrong with each,
// and ends with 1 if anything is, also where a kind is not known.
import {readFileSync} from "node:fs";
import * as keda from "@kubernetes-models/keda/keda.sh/v1alpha1";
import * as prometheus from "@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1";
import * as strimzi from "@kubernetes-models/strimzi-kafka-operator/kafka.strimzi.io/v1";

const KNOWN = {
  "keda.sh/v1alpha1": keda,
  "monitoring.coreos.com/v1": prometheus,
  "kafka.strimzi.io/v1": strimzi,
};

function faultOf(resource) {
  const Model = KNOWN[resource.apiVersion]?.[resource.kind];
  if (!Model) return `${resource.apiVersion} ${resource.kind} is not known`;
  try {
    new Model(resource).validate();
    return null;
  } catch (error) {
    return error.message;
  }
}

const faults = JSON.parse(readFileSync(0, "utf8"))
  .map(resource => [resource, faultOf(resource)])
  .filter(([, fault]) => fault);
for (const [resource, fault] of faults) console.log(`${resource.kind} ${resource.metadata?.name}: ${fault}`);
process.exit(faults.length ? 1 : 0);
