import Networking

/// What a request to a node's own API needs a right to: a subresource of the Node. Pure.
/// Source: Kubernetes documentation, "Kubelet authentication/authorization".
struct NodeAccessAttributes: Hashable, Sendable {
  var verb: String
  var subresource: String

  init(_ method: RequestMethod, _ path: String) {
    verb =
      switch method {
      case .post: "create"
      case .put: "update"
      case .patch: "patch"
      case .delete: "delete"
      default: "get"
      }
    let part = path.split(separator: "/").first ?? ""
    subresource =
      switch part {
      case "stats": "stats"
      case "metrics": "metrics"
      // Everything else, streams into containers above all, is the node's whole power.
      default: "proxy"
      }
  }
}
