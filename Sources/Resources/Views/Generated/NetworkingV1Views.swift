// Written by scripts/generate-views: do not edit.
// swift-format-ignore-file

package struct HTTPIngressPath: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var backend: IngressBackend { get { self[view: "backend"] } set { self[view: "backend"] = newValue } _modify { yield &self[view: "backend"] } }
  package var path: String? { get { self["path"] } set { self["path"] = newValue } }
  package var pathType: String { get { self["pathType", default: ""] } set { self["pathType", default: ""] = newValue } }
}

package struct HTTPIngressRuleValue: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var paths: [HTTPIngressPath] { get { self["paths", default: []] } set { self["paths", default: []] = newValue } }
}

package struct IPBlock: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var cidr: String { get { self["cidr", default: ""] } set { self["cidr", default: ""] = newValue } }
  package var except: [String] { get { self["except", default: []] } set { self["except", default: []] = newValue } }
}

package struct Ingress: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var apiVersion: String? { get { self["apiVersion"] } set { self["apiVersion"] = newValue } }
  package var kind: String? { get { self["kind"] } set { self["kind"] = newValue } }
  package var metadata: ObjectMeta { get { self[view: "metadata"] } set { self[view: "metadata"] = newValue } _modify { yield &self[view: "metadata"] } }
  package var spec: IngressSpec { get { self[view: "spec"] } set { self[view: "spec"] = newValue } _modify { yield &self[view: "spec"] } }
  package var status: IngressStatus { get { self[view: "status"] } set { self[view: "status"] = newValue } _modify { yield &self[view: "status"] } }
}

package struct IngressBackend: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var resource: TypedLocalObjectReference? { get { self["resource"] } set { self["resource"] = newValue } }
  package var service: IngressServiceBackend? { get { self["service"] } set { self["service"] = newValue } }
}

package struct IngressClass: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var apiVersion: String? { get { self["apiVersion"] } set { self["apiVersion"] = newValue } }
  package var kind: String? { get { self["kind"] } set { self["kind"] = newValue } }
  package var metadata: ObjectMeta { get { self[view: "metadata"] } set { self[view: "metadata"] = newValue } _modify { yield &self[view: "metadata"] } }
  package var spec: IngressClassSpec { get { self[view: "spec"] } set { self[view: "spec"] = newValue } _modify { yield &self[view: "spec"] } }
}

package struct IngressClassParametersReference: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var apiGroup: String? { get { self["apiGroup"] } set { self["apiGroup"] = newValue } }
  package var kind: String { get { self["kind", default: ""] } set { self["kind", default: ""] = newValue } }
  package var name: String { get { self["name", default: ""] } set { self["name", default: ""] = newValue } }
  package var namespace: String? { get { self["namespace"] } set { self["namespace"] = newValue } }
  package var scope: String? { get { self["scope"] } set { self["scope"] = newValue } }
}

package struct IngressClassSpec: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var controller: String? { get { self["controller"] } set { self["controller"] = newValue } }
  package var parameters: IngressClassParametersReference? { get { self["parameters"] } set { self["parameters"] = newValue } }
}

package struct IngressLoadBalancerIngress: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var hostname: String? { get { self["hostname"] } set { self["hostname"] = newValue } }
  package var ip: String? { get { self["ip"] } set { self["ip"] = newValue } }
  package var ports: [IngressPortStatus] { get { self["ports", default: []] } set { self["ports", default: []] = newValue } }
}

package struct IngressLoadBalancerStatus: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var ingress: [IngressLoadBalancerIngress] { get { self["ingress", default: []] } set { self["ingress", default: []] = newValue } }
}

package struct IngressPortStatus: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var error: String? { get { self["error"] } set { self["error"] = newValue } }
  package var port: Int { get { self["port"] ?? 0 } set { self["port"] = newValue as Int? } }
  package var `protocol`: String { get { self["protocol", default: ""] } set { self["protocol", default: ""] = newValue } }
}

package struct IngressRule: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var host: String? { get { self["host"] } set { self["host"] = newValue } }
  package var http: HTTPIngressRuleValue? { get { self["http"] } set { self["http"] = newValue } }
}

package struct IngressServiceBackend: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var name: String { get { self["name", default: ""] } set { self["name", default: ""] = newValue } }
  package var port: ServiceBackendPort? { get { self["port"] } set { self["port"] = newValue } }
}

package struct IngressSpec: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var defaultBackend: IngressBackend? { get { self["defaultBackend"] } set { self["defaultBackend"] = newValue } }
  package var ingressClassName: String? { get { self["ingressClassName"] } set { self["ingressClassName"] = newValue } }
  package var rules: [IngressRule] { get { self["rules", default: []] } set { self["rules", default: []] = newValue } }
  package var tls: [IngressTLS] { get { self["tls", default: []] } set { self["tls", default: []] = newValue } }
}

package struct IngressStatus: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var loadBalancer: IngressLoadBalancerStatus? { get { self["loadBalancer"] } set { self["loadBalancer"] = newValue } }
}

package struct IngressTLS: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var hosts: [String] { get { self["hosts", default: []] } set { self["hosts", default: []] = newValue } }
  package var secretName: String? { get { self["secretName"] } set { self["secretName"] = newValue } }
}

package struct NetworkPolicy: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var apiVersion: String? { get { self["apiVersion"] } set { self["apiVersion"] = newValue } }
  package var kind: String? { get { self["kind"] } set { self["kind"] = newValue } }
  package var metadata: ObjectMeta { get { self[view: "metadata"] } set { self[view: "metadata"] = newValue } _modify { yield &self[view: "metadata"] } }
  package var spec: NetworkPolicySpec { get { self[view: "spec"] } set { self[view: "spec"] = newValue } _modify { yield &self[view: "spec"] } }
}

package struct NetworkPolicyEgressRule: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var ports: [NetworkPolicyPort] { get { self["ports", default: []] } set { self["ports", default: []] = newValue } }
  package var to: [NetworkPolicyPeer] { get { self["to", default: []] } set { self["to", default: []] = newValue } }
}

package struct NetworkPolicyIngressRule: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var from: [NetworkPolicyPeer] { get { self["from", default: []] } set { self["from", default: []] = newValue } }
  package var ports: [NetworkPolicyPort] { get { self["ports", default: []] } set { self["ports", default: []] = newValue } }
}

package struct NetworkPolicyPeer: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var ipBlock: IPBlock? { get { self["ipBlock"] } set { self["ipBlock"] = newValue } }
  package var namespaceSelector: LabelSelectorView? { get { self["namespaceSelector"] } set { self["namespaceSelector"] = newValue } }
  package var podSelector: LabelSelectorView? { get { self["podSelector"] } set { self["podSelector"] = newValue } }
}

package struct NetworkPolicyPort: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var endPort: Int? { get { self["endPort"] } set { self["endPort"] = newValue } }
  package var port: IntOrString? { get { self["port"] } set { self["port"] = newValue } }
  package var `protocol`: String? { get { self["protocol"] } set { self["protocol"] = newValue } }
}

package struct NetworkPolicySpec: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var egress: [NetworkPolicyEgressRule] { get { self["egress", default: []] } set { self["egress", default: []] = newValue } }
  package var ingress: [NetworkPolicyIngressRule] { get { self["ingress", default: []] } set { self["ingress", default: []] = newValue } }
  package var podSelector: LabelSelectorView? { get { self["podSelector"] } set { self["podSelector"] = newValue } }
  package var policyTypes: [String] { get { self["policyTypes", default: []] } set { self["policyTypes", default: []] = newValue } }
}

package struct ServiceBackendPort: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var name: String? { get { self["name"] } set { self["name"] = newValue } }
  package var number: Int? { get { self["number"] } set { self["number"] = newValue } }
}
