import Foundations
import Resources

/// What a node and its containers use, as kubelet's summary tells it. Pure.
/// Source: Kubernetes documentation, "Node metrics data"; `k8s.io/kubelet/pkg/apis/stats/v1alpha1`.
enum UsageSummary {
  static func document(_ rates: UsageRates, node: String, startedAt: Timestamp) -> Document {
    var host = usage(rates.sample.host, rates.host)
    host["nodeName"] = Document(node)
    host["startTime"] = startedAt.asDocument
    let pods = byPod(rates.sample.containers).map { pod($0.pod, $0.containers, rates) }
    return ["node": host, "pods": Document(pods)]
  }

  /// Containers of one pod after each other, pods in order of name.
  static func byPod(_ containers: [UsageSample.Container])
    -> [(pod: UsageSample.PodIdentity, containers: [UsageSample.Container])]
  {
    Dictionary(grouping: containers, by: \.pod).map { ($0.key, $0.value) }
      .sorted { $0.0.key < $1.0.key }
  }

  private static func pod(
    _ pod: UsageSample.PodIdentity, _ containers: [UsageSample.Container], _ rates: UsageRates
  ) -> Document {
    var result: Document = [
      "podRef": [
        "name": Document(pod.key.name), "namespace": Document(pod.key.namespace),
        "uid": Document(pod.uid),
      ]
    ]
    if let start = pod.startedAt { result["startTime"] = start.asDocument }
    result["containers"] = Document(containers.map { container($0, rates) })
    return result
  }

  private static func container(_ container: UsageSample.Container, _ rates: UsageRates) -> Document
  {
    var result: Document = ["name": Document(container.name)]
    if let start = container.startedAt { result["startTime"] = start.asDocument }
    for (name, value) in usage(container.usage, rates.containers[container.id]).members {
      result[name] = value
    }
    result["rootfs"] = [
      "time": container.usage.time.asDocument, "usedBytes": number(container.writtenBytes),
    ]
    return result
  }

  private static func usage(_ usage: UsageSample.Usage, _ rate: UsageRates.Rate?) -> Document {
    let time = Document(usage.time.nanoDescription)
    var cpu: Document = ["time": time, "usageCoreNanoSeconds": number(usage.cpuNanoseconds)]
    if let rate {
      cpu["usageNanoCores"] = number(rate.nanocores)
      // Not kubelet's: what the rate is the mean of.
      cpu["windowNanoSeconds"] = Document(Int(rate.window / .nanoseconds(1)))
    }
    return [
      "cpu": cpu,
      "memory": [
        "time": time, "usageBytes": number(usage.memoryBytes),
        "workingSetBytes": number(usage.workingSetBytes),
        "rssBytes": number(usage.residentBytes), "pageFaults": number(usage.pageFaults),
        "majorPageFaults": number(usage.majorPageFaults),
      ],
    ]
  }

  private static func number(_ value: UInt64) -> Document { Document(Int(clamping: value)) }
}
