package import Resources

extension StatusReport {
  /// For programs. Names stay as they are; new ones may come.
  package var document: Document {
    [
      "server": Document(server), "version": Document(version), "time": Document(takenAt),
      "healthy": Document(isHealthy),
      "nodes": Document(nodes.map(\.document)),
      "workloads": Document(workloads.map(\.document)),
      "pods": [
        "ready": Document(pods.ready), "notReady": Document(pods.notReady),
        "pending": Document(pods.pending), "finished": Document(pods.finished),
      ],
      "findings": Document(findings.map(\.document)),
      "unread": Document(unread.map { Document($0) }),
    ]
  }
}

extension StatusReport.NodeRow {
  fileprivate var document: Document {
    [
      "name": Document(name), "ready": Document(isReady), "state": Document(state),
      "version": Document(version), "pods": Document(pods), "cpuRequested": Document(cpu),
      "memoryRequested": Document(memory),
    ]
  }
}

extension StatusReport.WorkloadRow {
  fileprivate var document: Document {
    [
      "object": reference.document, "desired": Document(scale.desired),
      "ready": Document(scale.ready), "state": Document(state),
    ]
  }
}

extension Finding {
  fileprivate var document: Document {
    [
      "severity": Document(severity.rawValue), "code": Document(code.rawValue),
      "object": subject.document, "problem": Document(problem), "reason": Document(reason),
      "remedy": Document(remedy),
    ]
  }
}

extension ObjectReference {
  fileprivate var document: Document {
    var document: Document = ["kind": Document(kind), "name": Document(name)]
    if !namespace.isEmpty { document["namespace"] = Document(namespace) }
    return document
  }
}
