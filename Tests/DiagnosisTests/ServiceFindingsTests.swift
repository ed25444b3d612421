import Diagnosis
import Resources
import Testing

@Suite("Services and Ingresses that lead nowhere")
struct ServiceFindingsTests {
  private func service(_ spec: String, more: String = "") -> String {
    #"{"kind":"Service","metadata":{"name":"s"},"spec":{\#(spec)}\#(more)}"#
  }

  private let deployment =
    #"{"kind":"Deployment","metadata":{"name":"web"},"spec":{"replicas":0,"template":{"metadata":{"labels":{"app":"web"}}}}}"#

  @Test("a selector that matches nothing is told with the labels of what comes nearest")
  func nothing() throws {
    let found = try only(picture(service(#""selector":{"app":"wep"}"#), deployment))
    #expect(found.code == .selectsNothing)
    #expect(
      found.reason
        == "no pod in n has the labels app=wep; the pods of Deployment n/web have app=web")
    #expect(found.remedy.hasPrefix("change spec.selector of Service n/s"))
  }

  @Test("a Service whose workload is scaled to none, or that has no selector, is as it should be")
  func fine() throws {
    #expect(
      Diagnosis.findings(in: try picture(service(#""selector":{"app":"web"}"#), deployment)).isEmpty
    )
    #expect(Diagnosis.findings(in: try picture(service(#""clusterIP":"None""#))).isEmpty)
    let unread = try picture(service(#""selector":{"app":"wep"}"#), unread: [.pods: "forbidden"])
    #expect(Diagnosis.findings(in: unread).isEmpty)
  }

  @Test("a port that no pod names is told with those that pods name")
  func port() throws {
    func found(_ target: String) throws -> [Finding] {
      Diagnosis.findings(
        in: try picture(
          service(#""selector":{"app":"web"},"ports":[{"port":80,"targetPort":\#(target)}]"#),
          Sample.readyPod))
    }
    #expect(try found(#""http""#).isEmpty && found("8080").isEmpty)
    let wrong = try found(#""htp""#)
    #expect(wrong.map(\.code) == [.unknownTargetPort])
    #expect(wrong[0].reason == "its pods name the ports http")
    #expect(wrong[0].remedy.hasPrefix("change spec.ports[port=80].targetPort of Service n/s"))
  }

  @Test("pods that are all not ready make a warning beside their own")
  func unready() throws {
    let found = Diagnosis.findings(
      in: try picture(
        service(#""selector":{"app":"web"}"#),
        Sample.pod(state: Sample.waiting("ErrImagePull", "gone"))))
    #expect(found.map(\.code) == [.imagePull, .noReadyEndpoint])
  }

  @Test("a load balancer's address is waited for, for half a minute")
  func address() throws {
    func balancer(_ seconds: Int, _ status: String) -> String {
      #"{"kind":"Service","metadata":{"name":"s","creationTimestamp":"\#(ago(seconds))"},"spec":{"type":"LoadBalancer"},"status":\#(status)}"#
    }
    #expect(Diagnosis.findings(in: try picture(balancer(30, "{}"))).isEmpty)
    #expect(try only(picture(balancer(31, "{}"))).code == .noExternalAddress)
    let served = balancer(31, #"{"loadBalancer":{"ingress":[{"ip":"192.0.2.1"}]}}"#)
    #expect(Diagnosis.findings(in: try picture(served)).isEmpty)
  }

  // MARK: Ingresses

  private func ingress(
    _ name: String = "i", className: String? = "martlet", tls: String = "[]",
    backend: String = #"{"name":"s","port":{"number":80}}"#
  ) -> String {
    let named = className.map { #""ingressClassName":"\#($0)","# } ?? ""
    return #"""
      {"kind":"Ingress","metadata":{"name":"\#(name)"},"spec":{\#(named)"tls":\#(tls),
       "rules":[{"host":"a.test","http":{"paths":[{"path":"/","pathType":"Prefix","backend":{"service":\#(backend)}}]}}]}}
      """#
  }

  private let ingressClass = #"{"kind":"IngressClass","metadata":{"name":"martlet"}}"#
  private var backend: String { service(#""ports":[{"name":"http","port":80}]"#) }

  @Test("a certificate that is missing, or not whole, is told with the command that makes it")
  func secret() throws {
    let tls = ingress(tls: #"[{"secretName":"t"}]"#)
    let key = ObjectKey(namespace: "n", name: "t")
    let missing = try only(picture(tls, ingressClass, backend))
    #expect(missing.code == .missingSecret && missing.reason == "there is no Secret n/t")
    #expect(missing.remedy.hasPrefix("kubectl -n n create secret tls t "))
    let half = try only(picture(tls, ingressClass, backend, secretKeys: [key: ["tls.crt"]]))
    #expect(half.reason == "Secret n/t does not hold tls.key")
    let whole = try picture(tls, ingressClass, backend, secretKeys: [key: ["tls.crt", "tls.key"]])
    #expect(Diagnosis.findings(in: whole).isEmpty)
    let unread = try picture(tls, ingressClass, backend, unread: [.secrets: "forbidden"])
    #expect(Diagnosis.findings(in: unread).isEmpty)
  }

  @Test("a Service or a port that is not there is told with its rule")
  func backends() throws {
    let missing = try only(picture(ingress(), ingressClass))
    #expect(missing.code == .missingService)
    #expect(missing.reason == "the rule for a.test/ names Service n/s")
    let port = try only(
      picture(ingress(backend: #"{"name":"s","port":{"name":"web"}}"#), ingressClass, backend))
    #expect(port.code == .missingServicePort)
    #expect(port.reason.hasSuffix("names the port web of Service s, which has 80"))
    let named = try picture(
      ingress(backend: #"{"name":"s","port":{"name":"http"}}"#), ingressClass, backend)
    #expect(Diagnosis.findings(in: named).isEmpty)
  }

  @Test("an Ingress needs a class that there is, or a default")
  func classes() throws {
    let unknown = try only(picture(ingress(className: "nginx"), ingressClass, backend))
    #expect(unknown.code == .missingClass && unknown.reason == "there is no IngressClass nginx")
    #expect(unknown.remedy.hasSuffix("to one of: martlet"))
    #expect(try only(picture(ingress(className: nil), ingressClass, backend)).code == .missingClass)
    let byDefault =
      #"{"kind":"IngressClass","metadata":{"name":"martlet","annotations":{"ingressclass.kubernetes.io/is-default-class":"true"}}}"#
    #expect(
      Diagnosis.findings(in: try picture(ingress(className: nil), byDefault, backend)).isEmpty)
  }

  @Test("a place that two Ingresses claim is a warning at the second")
  func twice() throws {
    let found = try only(picture(ingress("a"), ingress("b"), ingressClass, backend))
    #expect(found.code == .duplicateHost && found.subject.name == "b")
    #expect(found.reason == "Ingress n/a has a rule for a.test/ too")
  }
}
