import Resources
import Testing

@testable import APIServer

@Suite struct IngressClassAdmissionTests {
  private func write(_ operation: AdmissionWrite.Operation, subresource: String? = nil)
    -> AdmissionWrite
  {
    AdmissionWrite(
      operation: operation, resource: .ingresses, subresource: subresource, namespace: "n",
      name: "i", user: User(name: "jane", uid: "", groups: []), isDryRun: false, old: nil)
  }

  private let plugin = DefaultIngressClassAdmission {
    [
      [
        "metadata": [
          "name": "usual",
          "annotations": ["ingressclass.kubernetes.io/is-default-class": "true"],
        ]
      ], ["metadata": ["name": "other"]],
    ]
  }

  @Test("Ingresses that name no class, in neither way, get the default one when they are created")
  func defaultClass() throws {
    var plain: Document = ["metadata": ["name": "i"], "spec": [:]]
    try plugin.admit(&plain, write(.update))
    #expect(plain[path: "spec", "ingressClassName"] == nil)
    try plugin.admit(&plain, write(.create))
    #expect(plain[path: "spec", "ingressClassName"] == "usual")
    var chosen: Document = ["metadata": ["name": "i"], "spec": ["ingressClassName": "other"]]
    try plugin.admit(&chosen, write(.create))
    #expect(chosen[path: "spec", "ingressClassName"] == "other")
    var annotated: Document = [
      "metadata": ["name": "i", "annotations": ["kubernetes.io/ingress.class": "old"]], "spec": [:],
    ]
    try plugin.admit(&annotated, write(.create))
    #expect(annotated[path: "spec", "ingressClassName"] == nil)
  }
}
