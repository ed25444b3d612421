import ClusterDNS
import Resources

/// What node agents may do beyond what every cluster's nodes may: read what all nodes agree on, see
/// the Services, Ingresses and nodes whose rules and routes they keep, and announce their name server. And what
/// machines that join may do: ask for a node's certificate. Source for the latter: Kubernetes
/// documentation, "TLS bootstrapping".
enum NodeAccess {
  struct Entry {
    let resource: ResourceType
    let namespace: String?
    let object: Document
  }

  private static let group = "rbac.authorization.k8s.io"
  private static let roles = ResourceType(group: group, plural: "roles", kind: "Role")
  private static let roleBindings = ResourceType(
    group: group, plural: "rolebindings", kind: "RoleBinding")
  private static let clusterRoles = ResourceType(
    group: group, plural: "clusterroles", kind: "ClusterRole", isNamespaced: false)
  private static let clusterRoleBindings = ResourceType(
    group: group, plural: "clusterrolebindings", kind: "ClusterRoleBinding", isNamespaced: false)

  private static let nodes = "system:nodes"
  private static let bootstrappers = "system:bootstrappers"
  private static let namespace = "kube-system"

  static var objects: [Entry] {
    [
      role(
        clusterRoles, "martlet:node",
        [
          rule("", ["nodes", "namespaces", "services"], ["get", "list", "watch"]),
          rule("discovery.k8s.io", ["endpointslices"], ["get", "list", "watch"]),
          rule("networking.k8s.io", ["ingresses", "ingressclasses"], ["get", "list", "watch"]),
        ]),
      binding("martlet:node", "martlet:node", to: nodes),
      role(
        roles, "martlet:node",
        [
          rule("", ["configmaps"], ["get"], names: [ClusterFacts.name]),
          rule("discovery.k8s.io", ["endpointslices"], ["get", "create", "update"]),
        ]),
      binding("martlet:node", "martlet:node", to: nodes, isNamespaced: true),
      // What the proxies of the others act on.
      role(
        roles, "martlet:node", in: RotationDuty.leaseNamespace,
        [rule("coordination.k8s.io", ["leases"], ["list", "watch"])]),
      binding(
        "martlet:node", "martlet:node", to: nodes, isNamespaced: true,
        in: RotationDuty.leaseNamespace),
      role(
        clusterRoles, "martlet:join",
        [
          rule(
            "certificates.k8s.io", ["certificatesigningrequests"],
            ["create", "get", "list", "watch"]),
          rule("certificates.k8s.io", ["certificatesigningrequests/nodeclient"], ["create"]),
        ]),
      binding("martlet:join", "martlet:join", to: bootstrappers),
      role(
        clusterRoles, "martlet:renew",
        [rule("certificates.k8s.io", ["certificatesigningrequests/selfnodeclient"], ["create"])]),
      binding("martlet:renew", "martlet:renew", to: nodes),
    ]
  }

  private static func rule(
    _ group: String, _ resources: [String], _ verbs: [String], names: [String] = []
  ) -> Document {
    func list(_ texts: [String]) -> Document { Document(texts.map { Document($0) }) }
    var rule: Document = [
      "apiGroups": list([group]), "resources": list(resources), "verbs": list(verbs),
    ]
    if !names.isEmpty { rule["resourceNames"] = list(names) }
    return rule
  }

  private static func role(
    _ resource: ResourceType, _ name: String, in namespace: String = namespace, _ rules: [Document]
  ) -> Entry {
    Entry(
      resource: resource, namespace: resource.isNamespaced ? namespace : nil,
      object: [
        "apiVersion": Document(resource.apiVersion), "kind": Document(resource.kind),
        "metadata": metadata(name, resource, namespace), "rules": Document(rules),
      ])
  }

  private static func binding(
    _ name: String, _ role: String, to subject: String, isNamespaced: Bool = false,
    in namespace: String = namespace
  ) -> Entry {
    let resource = isNamespaced ? roleBindings : clusterRoleBindings
    return Entry(
      resource: resource, namespace: isNamespaced ? namespace : nil,
      object: [
        "apiVersion": Document(resource.apiVersion), "kind": Document(resource.kind),
        "metadata": metadata(name, resource, namespace),
        "roleRef": [
          "apiGroup": Document(group), "kind": isNamespaced ? "Role" : "ClusterRole",
          "name": Document(role),
        ],
        "subjects": [
          ["apiGroup": Document(group), "kind": "Group", "name": Document(subject)]
        ],
      ])
  }

  private static func metadata(_ name: String, _ resource: ResourceType, _ namespace: String)
    -> Document
  {
    resource.isNamespaced
      ? ["name": Document(name), "namespace": Document(namespace)] : ["name": Document(name)]
  }
}
