import Resources
import Testing

@testable import NodeAgent

@Suite("What monitoring is told of probes")
struct ProbeTallyTests {
  private let key = ObjectKey(namespace: "n", name: "p")

  @Test("each probe's findings are counted, until its pod goes")
  func counts() {
    let tally = ProbeTally()
    tally.add(.milliseconds(20), isSuccess: true, .readiness, of: "c", in: key, uid: "u")
    tally.add(.seconds(1), isSuccess: false, .readiness, of: "c", in: key, uid: "u")
    tally.add(.seconds(1), isSuccess: true, .liveness, of: "c", in: key, uid: "other")
    let probe = #"container="c",namespace="n",pod="p""#
    let text = tally.text()
    for line in [
      #"prober_probe_total{\#(probe),pod_uid="u",probe_type="Readiness",result="successful"} 1"#,
      #"prober_probe_total{\#(probe),pod_uid="u",probe_type="Readiness",result="failed"} 1"#,
      #"prober_probe_duration_seconds_bucket{\#(probe),probe_type="Readiness",le="0.025"} 1"#,
      #"prober_probe_duration_seconds_count{\#(probe),probe_type="Readiness"} 2"#,
    ] { #expect(text.contains(line + "\n"), "\(line)") }
    tally.forget(uid: "u")
    let rest = tally.text()
    #expect(!rest.contains("Readiness") && rest.contains("Liveness"))
  }
}
