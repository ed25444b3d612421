import Security
import Testing

@Suite struct StaticTokensTests {
  @Test("each line is a token's user, with groups in quotes")
  func users() throws {
    let tokens = try StaticTokens(
      text: #"""
        s3cret,ada,u-1,"developers, system:masters"

        "with,comma", bob ,u-2
        "with ""quotes""",eve,u-3,one
        """#)
    #expect(
      tokens.user(for: Redacted("s3cret"))
        == .init(name: "ada", uid: "u-1", groups: ["developers", "system:masters"]))
    #expect(
      tokens.user(for: Redacted("with,comma")) == .init(name: "bob", uid: "u-2", groups: []))
    #expect(
      tokens.user(for: Redacted("with \"quotes\""))
        == .init(name: "eve", uid: "u-3", groups: ["one"]))
    #expect(tokens.user(for: Redacted("s3cre")) == nil)
    #expect(tokens.user(for: Redacted("")) == nil)
  }

  @Test(
    "a line that is no user is refused by number, without its token",
    arguments: [
      ("a,b", 1, "it needs token, user name and user id"),
      ("t,a,1\n,b,2", 2, "no token"), ("t,a,1\n\nt,b,2", 3, "the token appears twice"),
      ("t,\"a,1", 1, "a quote is not closed"),
    ])
  func refuses(_ text: String, _ line: Int, _ reason: String) {
    #expect(throws: StaticTokens.LineError(line: line, reason: reason)) {
      try StaticTokens(text: text)
    }
  }
}
