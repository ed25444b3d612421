import Resources
import Testing

@Suite struct DocumentEditingTests {
  private let original: Document = [
    "metadata": ["labels": ["a": "1"]],
    "spec": ["containers": [["name": "x"], ["name": "y"]], "replicas": 3],
  ]

  @Test("a change deep inside reaches its place and nothing else")
  func nested() {
    var copy = original
    copy["spec"]?["containers"]?[1]["image"] = "web"
    copy["metadata"]?["labels"]?["a"] = "2"
    copy["metadata"]?["labels"]?["b"] = "3"
    copy["spec"]?["replicas"] = nil
    #expect(
      copy.jsonText == #"""
        {"metadata":{"labels":{"a":"2","b":"3"}},"spec":{"containers":[{"name":"x"},{"name":"y","image":"web"}]}}
        """#)
    #expect(
      original.jsonText == #"""
        {"metadata":{"labels":{"a":"1"}},"spec":{"containers":[{"name":"x"},{"name":"y"}],"replicas":3}}
        """#)
  }

  @Test("a change does not reach copies, whenever they were taken")
  func copies() {
    var document = original
    let before = document
    document["spec"]?["replicas"] = 4
    let between = document
    document["spec"]?["replicas"] = 5
    let spec = document["spec"]
    document["spec"]?["replicas"] = 6
    #expect(before["spec"]?["replicas"]?.integer == 3)
    #expect(between["spec"]?["replicas"]?.integer == 4)
    #expect(spec?["replicas"]?.integer == 5)
    #expect(document["spec"]?["replicas"]?.integer == 6)
  }

  @Test("a part copied in the middle of its change keeps what it held")
  func copyInside() {
    func change(_ part: inout Document?) -> Document? {
      var kept = part
      part?["replicas"] = 4
      kept?["kept"] = true
      part?["more"] = 1
      return kept
    }
    var document = original
    let kept = change(&document["spec"])
    #expect(kept?["replicas"]?.integer == 3 && kept?["kept"]?.bool == true)
    #expect(kept?["more"] == nil)
    #expect(document["spec"]?["replicas"]?.integer == 4 && document["spec"]?["kept"] == nil)
    #expect(document["spec"]?["containers"] == original["spec"]?["containers"])
    document["spec"]?["replicas"] = 9
    #expect(kept?["replicas"]?.integer == 3)
  }

  @Test("a part that is replaced as a whole, by another or by one of its own parts")
  func replaced() {
    func hoist(_ part: inout Document?) { part = part?["labels"] }
    func other(_ part: inout Document) { part = ["name": "z", "args": ["a"]] }
    var document = original
    hoist(&document["metadata"])
    other(&document["spec"]!["containers"]![0])
    #expect(
      document.jsonText == #"""
        {"metadata":{"a":"1"},"spec":{"containers":[{"name":"z","args":["a"]},{"name":"y"}],"replicas":3}}
        """#)
  }

  @Test("a change is kept where its caller throws")
  func throwing() {
    struct Stop: Error {}
    func change(_ part: inout Document?) throws {
      part?["replicas"] = 7
      throw Stop()
    }
    var document = original
    #expect(throws: Stop.self) { try change(&document["spec"]) }
    #expect(document["spec"]?["replicas"]?.integer == 7)
    let copy = document
    document["spec"]?["replicas"] = 8
    #expect(copy["spec"]?["replicas"]?.integer == 7)
  }

  @Test("an absent member is made by setting it, not by looking at it")
  func absent() {
    var document = original
    document["status"]?["phase"] = "Running"
    #expect(document == original)
    document.set("Running", at: ["status", "phase"])
    #expect(document[path: "status", "phase"]?.string == "Running")
    document.set(nil, at: ["status", "phase"])
    document.set(nil, at: ["nowhere", "phase"])
    #expect(document["status"]?.isEmpty == true && document["nowhere"] == nil)
  }

  @Test("the document itself can be put inside itself")
  func ownCopy() {
    var document: Document = ["a": ["b": 1]]
    let whole = document
    document["a"]?["self"] = whole
    let part = document["a"]
    document["c"] = part
    #expect(
      document.jsonText == #"{"a":{"b":1,"self":{"a":{"b":1}}},"c":{"b":1,"self":{"a":{"b":1}}}}"#)
    #expect(document.compacted() == document)
    #expect(document.compacted().nodeCount < document.nodeCount)
  }

  @Test("elements are added, replaced and removed")
  func elements() {
    var list = Document.emptyArray
    for number in 0..<5 { list.append(Document(number)) }
    list[0] = 10
    list.removeElement(at: 4)
    list.removeElement(at: 1)
    list.append("x")
    #expect(list.jsonText == #"[10,2,3,"x"]"#)
  }

  @Test("a view's change deep inside reaches its document, and an unused view leaves no trace")
  func views() {
    var pod = Pod()
    pod.spec.nodeName = nil
    #expect(pod.document.isEmpty)
    pod.metadata.name = "web"
    pod.spec.nodeName = "node-1"
    let copy = pod
    pod.spec.nodeName = "node-2"
    #expect(copy.spec.nodeName == "node-1" && pod.spec.nodeName == "node-2")
    #expect(pod.document.jsonText == #"{"metadata":{"name":"web"},"spec":{"nodeName":"node-2"}}"#)
  }

  @Test("an object that is changed and committed again and again does not grow")
  func commits() {
    var object: Document = ["metadata": ["name": "a"], "spec": ["holder": "x", "list": [1, 2]]]
    object = object.withResourceVersion("10000")
    let size = object.nodeCount
    for revision in 10_001..<10_100 {
      object.set(Document("holder-\(revision)"), at: ["spec", "holder"])
      object.set([3, 4], at: ["spec", "list"])
      object = object.withResourceVersion("\(revision)")
    }
    #expect(object.nodeCount <= size + 1)
    #expect(
      object == [
        "metadata": ["name": "a", "resourceVersion": "10099"],
        "spec": ["holder": "holder-10099", "list": [3, 4]],
      ])
  }
}
