import Foundations
import Testing

@Suite struct SelectorTests {
  private let labels = ["app": "web", "tier": "front", "size": "3"]

  @Test(
    "a label selector matches what every requirement allows",
    arguments: [
      ("", true), ("app=web", true), ("app==web", true), ("app=db", false), ("app!=db", true),
      ("missing!=x", true), ("app in (db, web)", true), ("app notin (web)", false),
      ("missing notin (x)", true), ("app", true), ("!app", false), ("!missing", true),
      ("size>2", true), ("size>3", false), ("size<4", true), ("missing>1", false),
      ("app=web,tier in (front,back),!missing", true), ("app=web,tier=back", false),
    ])
  func labelSelector(text: String, matches: Bool) throws {
    #expect(try LabelSelector(parsing: text).matches(labels) == matches)
  }

  @Test(
    "a broken label selector is refused",
    arguments: ["=web", "app in web", "app in (web", "a b", "app=web,", "size>x", "-a=b"])
  func broken(_ text: String) {
    #expect(throws: LabelSelector.ParsingError.self) { try LabelSelector(parsing: text) }
  }

  @Test("a label selector reads what it writes", arguments: ["a=b,c!=d,e in (x,y),!f,g,h>1"])
  func roundTrip(_ text: String) throws {
    #expect(try LabelSelector(parsing: text).description == text)
  }

  @Test("a field selector splits at commas and signs, not at escaped ones")
  func fieldSelector() throws {
    let selector = try FieldSelector(parsing: #"metadata.name=a\,b,status.phase!=Running"#)
    #expect(selector.requirements.count == 2)
    #expect(selector.requiredValue(of: "metadata.name") == "a,b")
    #expect(selector.requiredValue(of: "status.phase") == nil)
    #expect(selector.requirements.last?.matches("Pending") == true)
    #expect(selector.requirements.last?.matches("Running") == false)
    #expect(throws: FieldSelector.ParsingError.self) { try FieldSelector(parsing: "name") }
  }
}
