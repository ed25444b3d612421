import IngressRouting
import Resources
import Testing

@testable import APIServer

@Suite struct ServedCertificatesTests {
  private let classes = IngressClasses([
    ["metadata": ["name": "ours"], "spec": ["controller": Document(IngressClasses.controller)]]
  ])
  private let key = ObjectKey(namespace: "shop", name: "web")

  private func ingress(_ className: String, _ secrets: String...) -> Document {
    [
      "metadata": ["namespace": "shop", "name": "web"],
      "spec": [
        "ingressClassName": Document(className),
        "tls": Document(secrets.map { ["secretName": Document($0)] as Document }),
      ],
    ]
  }

  private func secret(_ name: String, in namespace: String = "shop") -> NodeReference {
    NodeReference(kind: .secret, namespace: namespace, name: name)
  }

  @Test("a Secret is named as long as an Ingress of ours says so, in its own namespace")
  func naming() {
    var served = ServedCertificates()
    served.set(key, to: ingress("ours", "one", "two"))
    #expect(served.isNamed(secret("one"), within: classes))
    #expect(served.isNamed(secret("two"), within: classes))
    #expect(!served.isNamed(secret("one", in: "other"), within: classes))
    served.set(key, to: ingress("ours", "two"))
    #expect(!served.isNamed(secret("one"), within: classes))
    #expect(served.isNamed(secret("two"), within: classes))
    // Another's class, or one that is ours no more.
    #expect(!served.isNamed(secret("two"), within: IngressClasses([])))
    served.set(key, to: ingress("theirs", "two"))
    #expect(!served.isNamed(secret("two"), within: classes))
  }

  @Test("of two Ingresses that name a Secret, one is enough")
  func sharing() {
    let other = ObjectKey(namespace: "shop", name: "other")
    var served = ServedCertificates()
    served.set(key, to: ingress("ours", "one"))
    served.set(other, to: ingress("ours", "one"))
    served.set(key, to: nil)
    #expect(served.isNamed(secret("one"), within: classes))
    served.set(other, to: nil)
    #expect(!served.isNamed(secret("one"), within: classes))
  }
}
