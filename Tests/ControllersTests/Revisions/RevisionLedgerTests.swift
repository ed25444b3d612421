import Foundations
import Resources
import Testing

@testable import Controllers

@Suite("Which templates a workload has had")
struct RevisionLedgerTests {
  private func template(_ image: String) -> PodTemplateSpec {
    PodTemplateSpec([
      "metadata": ["labels": ["app": "web"]],
      "spec": ["containers": [["name": "c", "image": Document(image)]]],
    ])
  }

  private func revision(_ number: Int, _ image: String) -> ControllerRevision {
    ControllerRevision([
      "metadata": ["name": Document("web-\(number)")], "revision": Document(number),
      "data": RevisionLedger.data(of: template(image)),
    ])
  }

  private func ledger(_ revisions: [ControllerRevision], _ image: String) -> RevisionLedger {
    RevisionLedger(revisions, data: RevisionLedger.data(of: template(image)))
  }

  @Test("data is a patch with its members in order, which replaces the template")
  func data() {
    #expect(
      RevisionLedger.data(of: template("a")).jsonText == """
        {"spec":{"template":{"$patch":"replace","metadata":{"labels":{"app":"web"}},\
        "spec":{"containers":[{"image":"a","name":"c"}]}}}}
        """)
  }

  @Test("a new template takes the next number, the newest stays, an older one comes back")
  func steps() {
    #expect(ledger([], "a").step == .create(number: 1))
    let two = [revision(2, "b"), revision(1, "a")]
    #expect(ledger(two, "c").step == .create(number: 3))
    #expect(ledger(two, "b").step == .none)
    #expect(ledger(two, "a").step == .renumber(name: "web-1", to: 3))
    #expect(ledger(two, "a").current?.metadata.name == "web-1")
  }

  @Test("the oldest beyond the limit go, but none in use and not the current one")
  func removable() {
    let four = [revision(3, "c"), revision(1, "a"), revision(2, "b"), revision(4, "d")]
    func removed(_ limit: Int, _ used: Int) -> [Int] {
      ledger(four, "d").removable(keeping: limit) { $0.revision == used }.map(\.revision)
    }
    #expect(removed(10, 0) == [])
    #expect(removed(1, 0) == [1, 2])
    #expect(removed(1, 1) == [2])
    #expect(removed(0, 0) == [1, 2, 3])
  }

  @Test("two revisions of one template are both current")
  func equals() {
    let twice = [revision(1, "a"), revision(2, "a"), revision(3, "b")]
    #expect(ledger(twice, "a").currentValues { $0.metadata.name } == ["web-1", "web-2"])
  }
}

@Suite("Pauses after failures")
struct FailureBackoffTests {
  @Test("each failure waits twice as long, up to a bound, and is forgotten in the end")
  func doubling() {
    var backoff = FailureBackoff<String>()
    func at(_ seconds: Int64) -> Timestamp { Timestamp(seconds: seconds) }
    #expect(backoff.pauseLeft("a", now: at(0)) == nil)
    #expect(backoff.pauseLeft("a", now: at(0)) == .seconds(1))
    #expect(backoff.pauseLeft("a", now: at(1)) == nil)
    #expect(backoff.pauseLeft("a", now: at(2)) == .seconds(1))
    #expect(backoff.pauseLeft("b", now: at(2)) == nil)
    #expect(backoff.pauseLeft("a", now: at(3)) == nil)
    #expect(backoff.pauseLeft("a", now: at(3)) == .seconds(4))
    #expect(backoff.pauseLeft("a", now: at(10_000)) == nil)
    #expect(backoff.pauseLeft("a", now: at(10_000)) == .seconds(1))
  }
}
