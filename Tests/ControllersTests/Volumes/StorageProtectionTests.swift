import Foundations
import Resources
import Testing

@testable import Controllers

@Suite("Whether a deleted claim or volume may really go")
struct StorageProtectionTests {
  private func claim(isTerminating: Bool = true, owner: String? = nil) -> PersistentVolumeClaim {
    SampleStorage.claim("p-s") {
      $0.metadata.finalizers = [StorageAnnotations.claimProtection]
      if isTerminating { $0.metadata.deletionTimestamp = .now() }
      if let owner {
        $0.document.set(
          [["kind": "Pod", "name": "p", "uid": Document(owner), "controller": true]],
          at: ["metadata", "ownerReferences"])
      }
    }
  }

  private func pod(node: String = "n", phase: String = "Running", isEphemeral: Bool = false) -> Pod
  {
    let volume: Document =
      isEphemeral
      ? ["name": "s", "ephemeral": [:]]
      : ["name": "s", "persistentVolumeClaim": ["claimName": "p-s"]]
    return Pod([
      "metadata": ["name": "p", "namespace": "default", "uid": "pod"],
      "spec": ["nodeName": Document(node), "volumes": [volume]],
      "status": ["phase": Document(phase)],
    ])
  }

  @Test("a claim stays while a pod with a node uses it, ended or not")
  func claims() {
    #expect(!StorageProtection.mayGo(claim(isTerminating: false), pods: []))
    #expect(StorageProtection.mayGo(claim(), pods: []))
    #expect(!StorageProtection.mayGo(claim(), pods: [pod()]))
    #expect(!StorageProtection.mayGo(claim(), pods: [pod(phase: "Succeeded")]))
    #expect(StorageProtection.mayGo(claim(), pods: [pod(node: "")]))
  }

  @Test("a pod's own claim may go once the pod has ended")
  func own() {
    let running = pod(isEphemeral: true)
    let ended = pod(phase: "Failed", isEphemeral: true)
    #expect(!StorageProtection.mayGo(claim(owner: "pod"), pods: [running]))
    #expect(StorageProtection.mayGo(claim(owner: "pod"), pods: [ended]))
    #expect(StorageProtection.mayGo(claim(owner: "another"), pods: [running]))
  }

  @Test("a volume stays while it is bound")
  func volumes() {
    func volume(_ phase: String) -> PersistentVolume {
      SampleStorage.volume(phase: phase) {
        $0.metadata.finalizers = [StorageAnnotations.volumeProtection]
        $0.metadata.deletionTimestamp = .now()
      }
    }
    #expect(!StorageProtection.mayGo(volume("Bound")))
    #expect(StorageProtection.mayGo(volume("Released")))
    #expect(StorageProtection.mayGo(volume("Available")))
  }

  @Test("the claim of a pod's own volume is what its template says, and the pod's")
  func ephemeral() {
    let pod = Pod([
      "metadata": ["name": "p", "namespace": "default", "uid": "pod"],
      "spec": [
        "volumes": [
          [
            "name": "s",
            "ephemeral": [
              "volumeClaimTemplate": [
                "metadata": ["labels": ["a": "b"]],
                "spec": ["accessModes": ["ReadWriteOnce"]],
              ]
            ],
          ]
        ]
      ],
    ])
    let claim = PersistentVolumeClaim(EphemeralClaim.document(of: pod.spec.volumes[0], for: pod))
    #expect(claim.metadata.key == ObjectKey(namespace: "default", name: "p-s"))
    #expect(claim.metadata.labels == ["a": "b"])
    #expect(claim.spec.accessModes == ["ReadWriteOnce"])
    #expect(EphemeralClaim.belongs(claim, to: pod))
    #expect(!EphemeralClaim.belongs(SampleStorage.claim(), to: pod))
  }
}
