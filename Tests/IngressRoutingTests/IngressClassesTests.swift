import Resources
import Testing

@testable import IngressRouting

@Suite struct IngressClassesTests {
  private func ingressClass(
    _ name: String, controller: String = IngressClasses.controller, isDefault: Bool = false,
    at time: String = "2026-01-01T00:00:00Z"
  ) -> Document {
    [
      "metadata": [
        "name": Document(name), "creationTimestamp": Document(time),
        "annotations": [IngressClasses.defaultAnnotation: Document(isDefault ? "true" : "false")],
      ], "spec": ["controller": Document(controller)],
    ]
  }

  @Test("Ingresses are served whose class names this controller, in the field or the annotation")
  func serves() {
    let classes = IngressClasses([ingressClass("martlet"), ingressClass("x", controller: "y")])
    var ingress = SampleIngress("one")
    for (name, isServed) in [("martlet", true), ("x", false), ("gone", false), (nil, false)] {
      ingress.className = name
      #expect(classes.serves(Ingress(ingress.document)) == isServed)
    }
    var annotated = ingress.document
    annotated.set("martlet", at: ["metadata", "annotations", IngressClasses.legacyAnnotation])
    #expect(classes.serves(Ingress(annotated)))
  }

  @Test("of several default classes the newest is taken, then the first by name")
  func defaultClass() {
    #expect(IngressClasses.default(of: [ingressClass("a")]) == nil)
    #expect(
      IngressClasses.default(of: [
        ingressClass("old", isDefault: true),
        ingressClass("b", isDefault: true, at: "2026-02-01T00:00:00Z"),
        ingressClass("a", isDefault: true, at: "2026-02-01T00:00:00Z"),
        ingressClass("none", at: "2026-03-01T00:00:00Z"),
      ]) == "a")
  }
}
