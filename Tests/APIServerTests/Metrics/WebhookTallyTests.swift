import Foundations
import Testing

@testable import APIServer

@Suite("What monitoring is told of webhooks")
struct WebhookTallyTests {
  private func text(_ tally: WebhookTally) -> String {
    var text = MetricsText()
    tally.write(to: &text)
    return text.text
  }

  @Test("each way to answer is told apart")
  func outcomes() {
    let tally = WebhookTally()
    tally.add(.milliseconds(1), .allowed, webhook: "a", .create, isMutating: true)
    tally.add(.milliseconds(1), .ignored, webhook: "a", .create, isMutating: true)
    tally.add(.seconds(30), .failed, webhook: "a", .create, isMutating: true)
    tally.add(.milliseconds(1), .denied, webhook: "b", .update, isMutating: false)
    let text = text(tally)
    let labels = #"name="a",operation="CREATE",type="admit""#
    let name = "apiserver_admission_webhook"
    for line in [
      #"\#(name)_admission_duration_seconds_count{\#(labels),rejected="false"} 2"#,
      #"\#(name)_admission_duration_seconds_bucket{\#(labels),rejected="true",le="25.0"} 0"#,
      #"\#(name)_admission_duration_seconds_bucket{\#(labels),rejected="true",le="+Inf"} 1"#,
      #"\#(name)_rejection_count{\#(labels),error_type="calling_webhook_error"} 1"#,
      #"\#(name)_rejection_count{name="b",operation="UPDATE",type="validating","#
        + #"error_type="no_error"} 1"#,
      #"\#(name)_fail_open_count{\#(labels)} 1"#,
    ] { #expect(text.contains(line + "\n"), "\(line)") }
  }

  @Test("nothing is told where no webhook was asked")
  func none() { #expect(text(WebhookTally()).isEmpty) }

  @Test("after a thousand, further webhooks are counted together")
  func bound() {
    let tally = WebhookTally()
    for number in 0..<1002 {
      tally.add(.zero, .allowed, webhook: "w\(number)", .create, isMutating: false)
    }
    let text = text(tally)
    #expect(text.contains(#"{name="w999",operation="CREATE""#))
    #expect(!text.contains(#"{name="w1000",operation="CREATE""#))
    #expect(
      text.contains(
        #"_count{name="other",operation="CREATE",type="validating",rejected="false"} 2"#))
  }
}
