import Testing

@testable import Resources

@Suite struct DescriptionsTests {
  private static let fields: [String: Set<String>] = {
    var fields: [String: Set<String>] = [:]
    for type in Schema.builtin.types {
      let name = type.name.split(separator: ".").last.map(String.init) ?? type.name
      fields[name, default: []].formUnion(type.fields.map(\.name))
    }
    return fields
  }()

  @Test("every type and field that is described is one of the API")
  func namesAreReal() {
    for (type, described) in Descriptions.builtin.named {
      guard let fields = Self.fields[type] else {
        Issue.record("no type is named \(type)")
        continue
      }
      for field in described { #expect(fields.contains(field), "\(type) has no \(field)") }
    }
  }

  @Test("a type's own words go before those for fields of that name")
  func precedence() {
    let descriptions = Descriptions(tables: [
      "* any\n kind general\n spec wanted\nPod a pod\n spec its own"
    ])
    #expect(descriptions.text(ofType: "io.k8s.api.core.v1.Pod") == "a pod")
    #expect(descriptions.text(ofField: "spec", in: "io.k8s.api.core.v1.Pod") == "its own")
    #expect(descriptions.text(ofField: "kind", in: "io.k8s.api.core.v1.Pod") == "general")
    #expect(descriptions.text(ofField: "other", in: "io.k8s.api.core.v1.Pod") == nil)
    #expect(descriptions.text(ofType: "io.k8s.api.core.v1.Other") == nil)
    #expect(
      descriptions.text(ofType: "io.k8s.api.core.v1.PodList")?.contains("Pod objects") == true)
  }
}
