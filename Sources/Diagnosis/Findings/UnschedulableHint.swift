import Foundations
import Resources

import struct Scheduling.Taint
import struct Scheduling.Toleration

/// What would let a pod fit: the first thing that no node has.
struct UnschedulableHint {
  let pod: Pod
  let workload: Workload
  let picture: ClusterPicture

  var remedy: String {
    claim ?? label ?? size ?? cordon ?? taint
      ?? "lower \(workload.specPath).containers[*].resources.requests of \(workload.reference), add "
      + "a node, or relax nodeSelector, affinity and topologySpreadConstraints beside them"
  }

  private var nodes: [Document] { picture[.nodes] }

  private var claim: String? {
    let namespace = pod.metadata.namespace ?? ""
    for volume in pod.spec.volumes {
      guard let name = volume.document[path: "persistentVolumeClaim", "claimName"]?.string else {
        continue
      }
      guard let claim = picture.object(.persistentVolumeClaims, namespace, name) else {
        guard picture.knows(.persistentVolumeClaims) else { continue }
        return "create PersistentVolumeClaim \(namespace)/\(name), or change "
          + "\(workload.specPath).volumes[name=\(volume.name)] of \(workload.reference)"
      }
      guard claim[path: "status", "phase"]?.string != "Bound",
        !VolumeFindings.waitsForPod(claim, picture)
          || VolumeFindings.provisioningFailure(of: claim, picture) != nil
      else { continue }
      return "bind PersistentVolumeClaim \(namespace)/\(name) first"
    }
    return nil
  }

  private var label: String? {
    for (key, value) in pod.spec.nodeSelector.sorted(by: { $0.key < $1.key })
    where !nodes.contains(where: { $0[path: "metadata", "labels", key]?.string == value }) {
      return "no node has the label \(key)=\(value): kubectl label node NODE \(key)=\(value), or "
        + "change \(workload.specPath).nodeSelector of \(workload.reference)"
    }
    return nil
  }

  private var size: String? {
    for name in ["cpu", "memory"] {
      let asked = pod.spec.containers.reduce(Quantity.zero) {
        $0 + ($1.resources?.requests[name] ?? .zero)
      }
      let offers = nodes.compactMap { NodeStatus($0["status"] ?? .emptyObject).allocatable[name] }
      guard let largest = offers.max(), asked > largest else { continue }
      return "it asks for \(asked) of \(name), and the largest node has \(largest): lower "
        + "\(workload.specPath).containers[*].resources.requests.\(name) of \(workload.reference)"
    }
    return nil
  }

  private var cordon: String? {
    let cordoned = nodes.filter { $0[path: "spec", "unschedulable"]?.bool == true }
    guard !nodes.isEmpty, cordoned.count == nodes.count else { return nil }
    return "kubectl uncordon \(ObjectKey(cordoned[0]).name)"
  }

  private var taint: String? {
    let tolerations = pod.spec.tolerations.map { Toleration($0.document) }
    func blocking(_ node: Document) -> Taint? {
      (node[path: "spec", "taints"] ?? .emptyArray).elements.map { Taint($0) }.first {
        taint in
        taint.effect != "PreferNoSchedule" && !tolerations.contains { $0.tolerates(taint) }
      }
    }
    let taints = nodes.map(blocking)
    guard let first = taints.first ?? nil, taints.allSatisfy({ $0 != nil }) else { return nil }
    return "add a toleration of \(first.key) to \(workload.specPath).tolerations of "
      + "\(workload.reference), or kubectl taint node \(ObjectKey(nodes[0]).name) \(first.key)-"
  }
}
