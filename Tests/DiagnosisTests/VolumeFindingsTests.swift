import Diagnosis
import Resources
import Testing

@Suite("What is wrong with volumes")
struct VolumeFindingsTests {
  private func claim(
    _ className: String, phase: String = "Pending", age: Int = 1000, annotations: String = "{}"
  ) -> String {
    #"""
    {"kind":"PersistentVolumeClaim","metadata":{"name":"data","annotations":\#(annotations),
      "creationTimestamp":"\#(ago(age))"},
     "spec":{"storageClassName":"\#(className)"},"status":{"phase":"\#(phase)"}}
    """#
  }

  private let waiting =
    #"{"kind":"StorageClass","metadata":{"name":"local"},"volumeBindingMode":"WaitForFirstConsumer"}"#

  @Test("a class that is not there is told with those that are")
  func missingClass() throws {
    let found = try only(picture(claim("fast"), waiting))
    #expect(found.code == .claimPending && found.reason == "there is no StorageClass fast")
    #expect(found.remedy.hasSuffix("spec.storageClassName of one that there is: local"))
  }

  @Test("a claim that waits for its first pod is as it should be, until it has a node")
  func firstConsumer() throws {
    #expect(Diagnosis.findings(in: try picture(claim("local"), waiting)).isEmpty)
    let chosen = claim("local", annotations: #"{"volume.kubernetes.io/selected-node":"w"}"#)
    let found = try only(
      picture(chosen, waiting, Sample.event("PersistentVolumeClaim", "data", "disk full")))
    #expect(found.reason == "disk full")
  }

  @Test("a claim that no node can hold is told although it waits again, as long as that is news")
  func tooLarge() throws {
    func seen(_ seconds: Int) throws -> ClusterPicture {
      try picture(
        claim("local"), waiting,
        Sample.event(
          "PersistentVolumeClaim", "data", "1Pi is more than the node has", at: ago(seconds),
          reason: "ProvisioningFailed"))
    }
    let found = try only(seen(599))
    #expect(found.code == .claimPending && found.reason == "1Pi is more than the node has")
    #expect(found.remedy.contains("spec.resources.requests.storage"))
    #expect(Diagnosis.findings(in: try seen(601)).isEmpty)
  }

  @Test("a claim without a class needs a volume, after half a minute")
  func noVolume() throws {
    #expect(Diagnosis.findings(in: try picture(claim("", age: 30))).isEmpty)
    let found = try only(picture(claim("", age: 31)))
    #expect(found.remedy.hasPrefix("make a PersistentVolume of its size"))
  }

  @Test("a lost claim and a volume that was not reclaimed are told; bound claims are not")
  func lost() throws {
    #expect(try only(picture(claim("local", phase: "Lost"), waiting)).code == .claimLost)
    #expect(Diagnosis.findings(in: try picture(claim("local", phase: "Bound"), waiting)).isEmpty)
    let found = try only(
      picture(
        #"{"kind":"PersistentVolume","metadata":{"name":"v"},"status":{"phase":"Failed","message":"busy"}}"#
      ))
    #expect(found.code == .volumeFailed && found.reason == "busy")
  }
}
