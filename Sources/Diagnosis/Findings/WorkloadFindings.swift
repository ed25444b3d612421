import Resources

/// What the conditions of workloads say: Deployments that do not get on, sets that cannot make pods.
enum WorkloadFindings {
  static func all(_ picture: ClusterPicture) -> [Finding] {
    deadlines(picture) + failures(picture) + refusedSets(picture)
  }

  private static func deadlines(_ picture: ClusterPicture) -> [Finding] {
    picture[.deployments].compactMap { deployment in
      guard let condition = deployment.condition("Progressing"),
        condition["reason"]?.string == "ProgressDeadlineExceeded"
      else { return nil }
      let reference = ObjectReference(.deployments, deployment)
      return Finding(
        .deadlineExceeded, reference, "has not got on with its rollout",
        reason: condition["message"]?.string ?? "",
        remedy: "mend its pods, or go back: kubectl \(reference.scope)rollout undo "
          + "deployment/\(reference.name); spec.progressDeadlineSeconds says how long it may take")
    }
  }

  /// Sets that were refused their pods, told of the object that people write.
  private static func failures(_ picture: ClusterPicture) -> [Finding] {
    let kinds: [ResourceType] = [.deployments, .replicaSets, .replicationControllers]
    return kinds.flatMap { kind in
      picture[kind].compactMap { set -> Finding? in
        guard let condition = set.condition("ReplicaFailure"),
          condition["status"]?.string == "True",
          ObjectMeta(set["metadata"] ?? .emptyObject).controllerReference == nil
        else { return nil }
        let reference = ObjectReference(kind, set)
        return Finding(
          .replicaFailure, reference, "cannot make its pods",
          reason: condition["message"]?.string ?? condition["reason"]?.string ?? "",
          remedy:
            "change spec.template of \(reference), or what refuses it: a quota, a limit range, "
            + "the namespace's pod security level, or a policy")
      }
    }
  }

  /// A StatefulSet or DaemonSet has no such condition: its events tell.
  private static func refusedSets(_ picture: ClusterPicture) -> [Finding] {
    let kinds: [ResourceType] = [.statefulSets, .daemonSets]
    return kinds.flatMap { kind in
      picture[kind].compactMap { set -> Finding? in
        let reference = ObjectReference(kind, set)
        let status = set["status"]
        let made = status?["replicas"]?.integer ?? status?["currentNumberScheduled"]?.integer ?? 0
        let wanted = WorkloadScale(set, kind).desired
        guard made < wanted, let warning = picture.warning(about: reference) else { return nil }
        return Finding(
          .replicaFailure, reference, "cannot make its pods", reason: warning,
          remedy: "change spec.template of \(reference), or what refuses it")
      }
    }
  }
}

extension Document {
  /// A condition of the object's status, by its type.
  func condition(_ type: String) -> Document? {
    self[path: "status", "conditions"]?.elements.first { $0["type"]?.string == type }
  }
}
