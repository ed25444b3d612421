import Testing

@testable import Foundations

@Suite struct RegularExpressionTests {
  private static func found(_ pattern: String, _ text: String) throws -> String? {
    let scalars = text.unicodeScalars.map(\.value)
    return try RegularExpression(pattern).firstMatch(in: scalars).map { range in
      var part = String.UnicodeScalarView()
      part.append(contentsOf: scalars[range].compactMap { Unicode.Scalar($0) })
      return String(part)
    }
  }

  @Test(
    "the leftmost match is found, and of those the preferred one",
    arguments: [
      ("a+", "baaac", "aaa"), ("a+?", "baaac", "a"), ("ab|a", "xab", "ab"), ("a|ab", "xab", "a"),
      ("(a|b)*c", "ababc!", "ababc"), ("x*", "aaa", ""), ("[0-9]{2,3}", "a12345", "123"),
      ("(?i)HeLLo", "say hello", "hello"), ("[^a-c]+", "abcxyz", "xyz"),
      ("\\bfoo\\b", "a foo.", "foo"),
      ("^a$", "a", "a"), ("(?m)^b$", "a\nb\nc", "b"), (".", "\nä", "ä"), ("(?s).", "\na", "\n"),
      ("\\pL+", "1Grüße2", "Grüße"), ("\\P{Lu}", "Aa", "a"), ("[[:digit:]]+", "ab42", "42"),
      ("a{,2}", "a{,2}", "a{,2}"), ("\\Qa.b\\E", "axb a.b", "a.b"), ("(?P<n>a)(?:b)", "ab", "ab"),
      ("[]a]+", "x]a", "]a"), ("[a-]+", "x-a", "-a"), ("\\x41\\x{42}", "AB", "AB"),
      ("a{2}", "aaa", "aa"),
    ])
  func finding(_ pattern: String, _ text: String, _ expected: String) throws {
    #expect(try Self.found(pattern, text) == expected)
  }

  @Test(
    "what does not match is not found",
    arguments: [
      ("^b", "ab"), ("a$", "ab"), ("[^a]", "a"), ("\\d", "x"), ("a{3}", "aa"), ("\\Ba", "a"),
    ])
  func missing(_ pattern: String, _ text: String) throws {
    #expect(try Self.found(pattern, text) == nil)
    #expect(try !RegularExpression(pattern).matches(text))
  }

  @Test(
    "a malformed expression is refused with its reason",
    arguments: [
      ("(a", "missing closing ): `(a`"), ("a)", "unexpected ): `a)`"),
      ("[a", "missing closing ]: `[a`"),
      ("*a", "missing argument to repetition operator: `*`"),
      ("a**", "invalid nested repetition operator: `**`"),
      ("a{1001}", "invalid repeat count: `{1001}`"),
      ("[b-a]", "invalid character class range: `b-a`"),
      ("\\8", "invalid escape sequence: `\\8`"), ("a\\", "trailing backslash at end of expression"),
      ("(?=a)", "invalid or unsupported Perl syntax: `(?=`"),
      ("((a{1000}){1000})", "expression too large"),
    ])
  func malformed(_ pattern: String, _ reason: String) {
    #expect {
      try RegularExpression(pattern)
    } throws: {
      "\($0)" == "error parsing regexp: \(reason)"
    }
  }

  @Test("expressions that backtracking cannot end are matched at once")
  func linear() throws {
    let text = String(repeating: "a", count: 5_000)
    #expect(try !RegularExpression("^(a+)+$").matches(text + "!"))
    #expect(try RegularExpression("^(a|a|aa)*$").matches(text))
    #expect(try RegularExpression("((a*)*)*").matches(text))
  }

  @Test("an expression nested past any sense is refused, not a crash")
  func nesting() {
    let deep = String(repeating: "(", count: 50_000)
    #expect(throws: RegularExpressionError.self) { try RegularExpression(deep) }
  }
}
