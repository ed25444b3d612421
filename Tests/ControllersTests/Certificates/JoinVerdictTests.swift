import Resources
import Testing

@testable import Controllers

@Suite struct JoinVerdictTests {
  private func verdict(
    _ annotations: [String: String]?, isThere: Bool = false
  ) -> JoinVerdict {
    let secret = annotations.map { annotations -> Document in
      ["metadata": ["name": "bootstrap-token-abcdef", "annotations": annotations.asDocument]]
    }
    return JoinVerdict(node: "two", isThere: isThere, tokenID: "abcdef", secret: secret)
  }

  private func reason(_ verdict: JoinVerdict) -> String? {
    if case .deny(let reason, _) = verdict { reason } else { nil }
  }

  @Test("a token for one node is marked by the first, and good for that one again")
  func singleUse() {
    let single = [JoinVerdict.singleUseAnnotation: "true"]
    #expect(verdict(single) == .allowAndMark)
    let used = single.merging([JoinVerdict.usedByAnnotation: "two"]) { $1 }
    #expect(verdict(used) == .allow)
    let usedByOther = single.merging([JoinVerdict.usedByAnnotation: "three"]) { $1 }
    #expect(reason(verdict(usedByOther)) == "TokenUsed")
  }

  @Test("any other token is good as long as it is there")
  func reusable() {
    #expect(verdict([:]) == .allow)
    #expect(verdict([JoinVerdict.usedByAnnotation: "three"]) == .allow)
    #expect(reason(verdict(nil)) == "TokenGone")
  }

  @Test("the name of a node that is there is refused whatever the token says")
  func taken() {
    #expect(reason(verdict([:], isThere: true)) == "NodeNameTaken")
    #expect(
      reason(verdict([JoinVerdict.singleUseAnnotation: "true"], isThere: true)) == "NodeNameTaken")
  }

  @Test("only users that a bootstrap token makes are asked for one")
  func users() {
    #expect(JoinVerdict.tokenID(ofUser: "system:bootstrap:abcdef") == "abcdef")
    #expect(JoinVerdict.tokenID(ofUser: "system:bootstrap:abcde") == nil)
    #expect(JoinVerdict.tokenID(ofUser: "system:node:abcdef") == nil)
    #expect(JoinVerdict.nodeName(ofUser: "system:node:two") == "two")
    #expect(JoinVerdict.nodeName(ofUser: "two") == nil)
  }
}
