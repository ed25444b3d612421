import Testing

@testable import Resources

@Suite struct PodResizeValidationTests {
  private func pod(_ resources: Document) -> Document {
    ["spec": ["containers": [["name": "a", "resources": resources]]]]
  }

  private func problems(_ new: Document, _ old: Document) -> [String] {
    PodResizeValidation.errors(pod(new), pod(old)).map(\.description)
  }

  @Test("amounts of CPU and memory may grow, shrink and be added")
  func allowed() {
    #expect(
      problems(
        ["requests": ["cpu": "2", "memory": "1Gi"], "limits": ["cpu": "3"]],
        ["requests": ["cpu": "1"]]
      ).isEmpty)
  }

  @Test("the class of service stays")
  func quality() {
    #expect(
      problems(["requests": ["cpu": "1"]], [:]).contains {
        $0.contains("Pod QOS Class may not change as a result of resizing")
      })
  }

  @Test("what was promised is not taken away")
  func removal() {
    let old: Document = ["requests": ["cpu": "1"], "limits": ["cpu": "2", "memory": "1Gi"]]
    #expect(
      problems(["requests": ["cpu": "1"], "limits": ["memory": "1Gi"]], old)
        == ["spec.containers[0].resources.limits: Forbidden: resource limits cannot be removed"])
  }

  @Test("nothing but CPU and memory changes")
  func others() {
    #expect(
      problems(
        ["requests": ["cpu": "1"], "limits": ["x.io/gpu": "1"]], ["requests": ["cpu": "1"]]
      ).contains { $0.contains("only cpu and memory resources are mutable") })
  }

  @Test(
    "kernel parameters have names of parts",
    arguments: [
      ("kernel.shmmax", true), ("net/ipv4/tcp_rmem", true), ("safe-and-unsafe", true),
      ("foo-", false), ("bar..", false), ("", false), ("A.b", false),
    ])
  func sysctl(_ name: String, _ isGood: Bool) {
    #expect(SysctlValidation.isName(name) == isGood)
  }
}
