import Foundations
import Resources
import Testing

@testable import APIServer

@Suite("Admission of claims and volumes")
struct StorageAdmissionTests {
  private func write(
    _ operation: AdmissionWrite.Operation = .create,
    _ resource: ResourceType = .persistentVolumeClaims, old: Document? = nil
  ) -> AdmissionWrite {
    AdmissionWrite(
      operation: operation, resource: resource, subresource: nil, namespace: "n", name: "c",
      user: User(name: "jane", uid: "", groups: []), isDryRun: false, old: old)
  }

  private func claim(
    class storageClass: String?, size: String = "1Gi", phase: String = "Bound"
  ) -> Document {
    var spec: Document = ["resources": ["requests": ["storage": Document(size)]]]
    if let storageClass { spec["storageClassName"] = Document(storageClass) }
    return ["metadata": ["name": "c"], "spec": spec, "status": ["phase": Document(phase)]]
  }

  private func storageClass(_ name: String, default isDefault: Bool, at time: String) -> Document {
    [
      "metadata": [
        "name": Document(name), "creationTimestamp": Document(time),
        "annotations": [StorageAnnotations.defaultClass: Document(isDefault ? "true" : "false")],
      ]
    ]
  }

  @Test("claims that name no class get the newest default one; an empty name is a choice")
  func defaultClass() throws {
    let plugin = DefaultStorageClassAdmission {
      [
        storageClass("old", default: true, at: "2026-01-01T00:00:00Z"),
        storageClass("new", default: true, at: "2026-02-01T00:00:00Z"),
        storageClass("newest", default: false, at: "2026-03-01T00:00:00Z"),
      ]
    }
    for (given, expected) in [(nil, "new"), ("", ""), ("old", "old")] as [(String?, String)] {
      var object = claim(class: given)
      try plugin.admit(&object, write())
      #expect(object[path: "spec", "storageClassName"]?.string == expected)
    }
    var untouched = claim(class: nil)
    try DefaultStorageClassAdmission { [] }.admit(&untouched, write())
    #expect(untouched == claim(class: nil))
  }

  @Test("claims and volumes are protected from the start, once")
  func protection() throws {
    for (resource, finalizer) in [
      (ResourceType.persistentVolumeClaims, StorageAnnotations.claimProtection),
      (.persistentVolumes, StorageAnnotations.volumeProtection),
    ] {
      var object: Document = ["metadata": ["finalizers": ["example.com/mine"]]]
      for _ in 1...2 { try StorageProtectionAdmission().admit(&object, write(.create, resource)) }
      #expect(
        object[path: "metadata", "finalizers"] == ["example.com/mine", Document(finalizer)])
    }
    var pod: Document = ["metadata": .emptyObject]
    try StorageProtectionAdmission().admit(&pod, write(.create, .pods))
    #expect(pod[path: "metadata", "finalizers"] == nil)
  }

  @Test("only bound claims grow, and only where their class says so")
  func resize() throws {
    let plugin = ClaimResizeAdmission { name in
      name == "elastic" ? ["allowVolumeExpansion": true] : name == "stiff" ? .emptyObject : nil
    }
    func message(_ storageClass: String?, from old: String, to new: String, phase: String = "Bound")
      -> String?
    {
      var object = claim(class: storageClass, size: new)
      do throws(APIError) {
        try plugin.admit(
          &object, write(.update, old: claim(class: storageClass, size: old, phase: phase)))
        return nil
      } catch {
        return error.message
      }
    }
    #expect(message("elastic", from: "1Gi", to: "2Gi") == nil)
    #expect(message("stiff", from: "1Gi", to: "1024Mi") == nil)
    let refusal =
      "persistentvolumeclaims \"c\" is forbidden: only dynamically provisioned pvc can be resized "
      + "and the storageclass that provisions the pvc must support resize"
    for name in ["stiff", "unknown", "", nil] as [String?] {
      #expect(message(name, from: "1Gi", to: "2Gi") == refusal)
    }
    #expect(
      message("elastic", from: "1Gi", to: "2Gi", phase: "Pending")
        == "persistentvolumeclaims \"c\" is forbidden: Only bound persistent volume claims can be "
        + "expanded")
  }
}
