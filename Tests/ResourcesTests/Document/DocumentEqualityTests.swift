import Resources
import Testing

@Suite struct DocumentEqualityTests {
  private static func parsed(_ text: String) throws -> Document {
    try Document(json: Array(text.utf8))
  }

  @Test(
    "values are the same whatever the order of members and the form of numbers",
    arguments: [
      (#"{"a":1,"b":[true,null,"x"],"c":{}}"#, #"{"a":1,"b":[true,null,"x"],"c":{}}"#),
      (#"{"a":1,"b":2,"c":3}"#, #"{"c":3,"a":1,"b":2}"#),
      (#"{"a":1,"b":2,"c":3,"d":4}"#, #"{"a":1,"d":4,"c":3,"b":2}"#),
      (#"{"a":{"x":[1,{"y":2,"z":3}]}}"#, #"{"a":{"x":[1.0,{"z":3,"y":2}]}}"#),
      (#"["\u00e4",""]"#, #"["ä",""]"#), ("[]", "[]"), ("{}", "{}"),
    ])
  func same(pair: (String, String)) throws {
    let (left, right) = (try Self.parsed(pair.0), try Self.parsed(pair.1))
    #expect(left == right && right == left && left == left)
    #expect(left.hashValue == right.hashValue)
  }

  @Test(
    "values differ in a member, an element, their order, a kind or a number",
    arguments: [
      (#"{"a":1,"b":2}"#, #"{"a":1}"#), (#"{"a":1}"#, #"{"b":1}"#), (#"{"a":1}"#, #"{"a":2}"#),
      (#"{"a":1,"b":2,"c":3}"#, #"{"b":2,"a":1,"d":3}"#),
      (#"{"a":1,"b":2}"#, #"{"b":1,"a":2}"#), (#"{"a":null}"#, "{}"), ("[1,2]", "[2,1]"),
      ("[1]", "[1,1]"), ("[]", "{}"), (#"["1"]"#, "[1]"), ("[true]", "[false]"), ("[0]", "[null]"),
      (#"["ab"]"#, #"["ac"]"#), (#"["a"]"#, #"["ab"]"#), ("[1]", "[1.5]"),
      (#"{"ab":1}"#, #"{"a":1}"#),
    ])
  func different(pair: (String, String)) throws {
    let (left, right) = (try Self.parsed(pair.0), try Self.parsed(pair.1))
    #expect(left != right && right != left)
  }

  @Test("a part is the same as a whole of its value, and as its copy after a change elsewhere")
  func parts() throws {
    var whole = try Self.parsed(#"{"other":0,"part":{"b":2,"a":[1]}}"#)
    let before = try #require(whole["part"])
    let apart = try Self.parsed(#"{"a":[1],"b":2}"#)
    #expect(before == apart)
    whole["other"] = "changed"
    #expect(whole["part"] == before)
    whole["part"]?["b"] = 3
    #expect(whole["part"] != before && before == apart)
  }
}
