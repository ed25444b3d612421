import Foundations
import Resources
import Testing

@testable import Controllers

@Suite("What a volume needs next")
struct VolumeBindingTests {
  private let claim = SampleStorage.claim()

  @Test("it is free until a claim has it, and bound while the claim says the same")
  func phases() {
    func phase(_ volume: PersistentVolume, _ claim: PersistentVolumeClaim?) -> String? {
      VolumeBinding.plan(volume, claim).volume?.status.phase
    }
    #expect(phase(SampleStorage.volume(phase: "Pending"), nil) == "Available")
    let promised = SampleStorage.volume(for: claim) { $0.spec.claimRef?.uid = nil }
    #expect(phase(promised, claim) == "Available")
    let volume = SampleStorage.volume(for: claim)
    #expect(phase(volume, SampleStorage.boundClaim()) == "Bound")
    #expect(VolumeBinding.plan(volume, claim) == BindingPlan())
    #expect(phase(volume, nil) == "Released")
    let namesake = SampleStorage.claim { $0.metadata.uid = "another" }
    #expect(phase(volume, namesake) == "Released")
  }

  @Test("without its claim it is kept, left to its maker, or failed where nobody knows how")
  func reclaim() {
    func plan(_ policy: String, madeBy maker: String? = nil) -> BindingPlan {
      VolumeBinding.plan(
        SampleStorage.volume(
          phase: "Bound", policy: policy, for: claim,
          annotations: maker.map { [StorageAnnotations.provisionedBy: $0] } ?? [:]), nil)
    }
    #expect(plan("Retain").volume?.status.phase == "Released")
    #expect(plan("Delete", madeBy: "example.com/disks").volume?.status.phase == "Released")
    let unknown = plan("Delete")
    #expect(unknown.volume?.status.phase == "Failed")
    #expect(unknown.volumeNotes.map(\.reason) == ["VolumeFailedDelete"])
    #expect(plan("Recycle").volumeNotes.map(\.reason) == ["VolumeFailedRecycle"])
    // A failure stays to be seen, and is told once.
    let failed = SampleStorage.volume(phase: "Failed", policy: "Delete", for: claim)
    #expect(VolumeBinding.plan(failed, nil) == BindingPlan())
  }

  @Test("where its claim chose another, it is given back, but for what its user fixed")
  func given() {
    let elsewhere = SampleStorage.boundClaim(to: "other")
    let chosen = SampleStorage.volume(
      phase: "Bound", for: claim, annotations: [StorageAnnotations.boundByController: "yes"])
    let freed = VolumeBinding.plan(chosen, elsewhere).volume
    #expect(freed?.spec.claimRef == nil)
    #expect(freed?.status.phase == "Available")
    let fixed = VolumeBinding.plan(SampleStorage.volume(phase: "Bound", for: claim), elsewhere)
    #expect(fixed.volume?.spec.claimRef?.name == "c")
    #expect(fixed.volume?.spec.claimRef?.uid == nil)
    let made = SampleStorage.volume(
      phase: "Bound", policy: "Delete", for: claim,
      annotations: [StorageAnnotations.provisionedBy: StorageProvisioner.localPath])
    #expect(VolumeBinding.plan(made, elsewhere).volume?.status.phase == "Released")
  }
}
