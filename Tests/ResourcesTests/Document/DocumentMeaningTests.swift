import Resources
import Testing

@Suite("What documents mean")
struct DocumentMeaningTests {
  @Test("an empty list or map is as good as none, but an empty selector takes everything")
  func emptiness() {
    let term: Document = ["topologyKey": "host"]
    func with(_ member: String) -> Document {
      var term = term
      term[member] = .emptyObject
      return term
    }
    #expect(Document.haveSameMeaning(term, with("labels")))
    #expect(Document.haveSameMeaning(with("labels"), term))
    for selector in ["labelSelector", "namespaceSelector", "objectSelector", "podSelector"] {
      #expect(!Document.haveSameMeaning(term, with(selector)))
      #expect(!Document.haveSameMeaning(with(selector), term))
      #expect(Document.haveSameMeaning(with(selector), with(selector)))
    }
  }
}
