import Networking
import Resources

/// `selfsubjectrulesreviews`: everything the caller may do in a namespace, as far as rules tell:
/// `kubectl auth can-i --list`.
struct RulesReviewHandler: ResourceHandler {
  let codec: RequestCodec
  let authorizer: any Authorizer

  func handle(_ call: APICall, _ responder: Responder) throws(APIError) {
    guard call.verb == .create else { throw .wrongMethod }
    var answer = try ObjectAnswer(call, responder)
    let asked = try codec.object(of: call, warnings: &answer.warnings)
    guard let namespace = asked[path: "spec", "namespace"]?.string, !namespace.isEmpty else {
      throw .badRequest("no namespace on request")
    }
    let review: Document = [
      "kind": Document(call.type.kind), "apiVersion": Document(call.type.apiVersion),
      "metadata": ["creationTimestamp": .null], "spec": .emptyObject,
      "status": Self.status(authorizer.rules(for: call.user, in: namespace)),
    ]
    answer.send(.unstored(review), status: 201)
  }

  private static func status(_ list: AccessRuleList) -> Document {
    var status: Document = [
      "resourceRules": Document(list.rules.filter { !$0.resources.isEmpty }.map(\.document)),
      "nonResourceRules": Document(list.rules.filter { !$0.paths.isEmpty }.map(\.document)),
      "incomplete": Document(!list.gaps.isEmpty),
    ]
    if !list.gaps.isEmpty {
      status["evaluationError"] = Document(list.gaps.joined(separator: "; "))
    }
    return status
  }
}
