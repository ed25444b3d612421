import Foundations
import Networking
import Resources
import Security
import Store

/// `serviceaccounts/NAME/token`: makes a token for a service account, bound to a pod, secret or node
/// where the request names one.
/// Source: authentication/v1 TokenRequest.
struct TokenHandler: ResourceHandler {
  let codec: RequestCodec
  let tokens: ServiceAccountTokens
  let reader: CacheReader
  let authorizer: any Authorizer
  let now: @Sendable () -> Timestamp

  private static let secondsMin = 600
  private static let secondsMax = 1 << 32
  private static let secondsDefault = 3600

  func handle(_ call: APICall, _ responder: Responder) throws(APIError) {
    guard call.verb == .create else { throw .wrongMethod }
    let answer = try ObjectAnswer(call, responder)
    var warnings: [String] = []
    let kind = GroupVersionKind(
      group: "authentication.k8s.io", version: "v1", kind: "TokenRequest")
    let request = try codec.object(of: call, kind: kind, warnings: &warnings)
    let name = try call.name()
    let account = try call.collection().get(namespace: call.namespace, name: name)
    try call.collection().askWebhooks(
      try call.creation(request, of: kind), try call.writeContext(),
      failed: { responder.send($0, for: call.request) },
      then: { () throws(APIError) in try sign(request, account.document, name, call, answer) })
  }

  private func sign(
    _ asked: Document, _ account: Document, _ name: String, _ call: APICall,
    _ answer: ObjectAnswer
  ) throws(APIError) {
    var request = asked
    let claims = try claims(request["spec"] ?? .emptyObject, account, call)
    let token: Redacted<String>
    do {
      token = try tokens.sign(claims)
    } catch {
      throw .internalError("the token could not be signed: \(error)")
    }
    request.set(
      Document(claims.expiresAt.distance(from: claims.issuedAt)), at: ["spec", "expirationSeconds"])
    request.set(Document(claims.audiences.map { Document($0) }), at: ["spec", "audiences"])
    request["metadata"] = [
      "name": Document(name), "namespace": Document(call.namespace ?? ""),
      "creationTimestamp": Document(claims.issuedAt.description),
    ]
    request["status"] = [
      "token": Document(token.exposed),
      "expirationTimestamp": Document(claims.expiresAt.description),
    ]
    answer.send(.unstored(request), status: 201)
  }

  private func claims(_ spec: Document, _ account: Document, _ call: APICall) throws(APIError)
    -> ServiceAccountClaims
  {
    let seconds = spec["expirationSeconds"]?.integer ?? Self.secondsDefault
    guard (Self.secondsMin...Self.secondsMax).contains(seconds) else {
      throw .invalid(
        call.type, account[path: "metadata", "name"]?.string ?? "",
        [
          APIError.Cause(
            reason: "FieldValueInvalid",
            message: "Invalid value: \(seconds): may not specify a duration less than 10 minutes",
            field: "spec.expirationSeconds")
        ])
    }
    let audiences = spec["audiences"]?.elements.compactMap(\.string) ?? []
    try NodeRestriction(reader).requireOwnPod(
      spec["boundObjectRef"], audiences: audiences,
      account: account[path: "metadata", "name"]?.string ?? "", namespace: call.namespace ?? "",
      for: call.user, authorizer: authorizer)
    var claims = ServiceAccountClaims(
      issuer: tokens.issuer, audiences: audiences.isEmpty ? tokens.audiences : audiences,
      namespace: call.namespace ?? "", serviceAccount: reference(account), now: now(),
      lifetime: .seconds(seconds))
    if let bound = spec["boundObjectRef"] { try bind(&claims, to: bound, call) }
    return claims
  }

  private func bind(_ claims: inout ServiceAccountClaims, to bound: Document, _ call: APICall)
    throws(APIError)
  {
    let name = bound["name"]?.string ?? ""
    let resources: [String: ResourceType] = ["Pod": .pods, "Secret": .secrets, "Node": .nodes]
    guard let kind = bound["kind"]?.string, let resource = resources[kind] else {
      throw .badRequest(
        "cannot bind token to object of type \(bound["kind"]?.string ?? ""); "
          + "it may be a Pod, a Secret or a Node")
    }
    let namespace = resource.isNamespaced ? call.namespace ?? "" : ""
    guard let object = reader.object(resource, namespace, name) else {
      throw .notFound(resource, name)
    }
    let found = reference(object)
    if let uid = bound["uid"]?.string, !uid.isEmpty, uid != found.uid {
      throw .conflict(
        resource, name,
        "the UID in the bound object reference (\(uid)) does not match the UID in record. "
          + "The object might have been deleted and then recreated")
    }
    switch kind {
    case "Pod":
      let account = object[path: "spec", "serviceAccountName"]?.string
      guard account == claims.serviceAccount.name else {
        throw .badRequest(
          "cannot bind token for serviceaccount \"\(claims.serviceAccount.name)\" to pod running "
            + "with different serviceaccount name.")
      }
      claims.pod = found
      if let node = object[path: "spec", "nodeName"]?.string, !node.isEmpty,
        let running = reader.object(.nodes, "", node)
      {
        claims.node = reference(running)
      }
    case "Secret": claims.secret = found
    default: claims.node = found
    }
  }

  private func reference(_ object: Document) -> ServiceAccountClaims.ObjectReference {
    ServiceAccountClaims.ObjectReference(
      name: object[path: "metadata", "name"]?.string ?? "",
      uid: object[path: "metadata", "uid"]?.string ?? "")
  }
}

extension Timestamp {
  /// Whole seconds since an earlier moment.
  fileprivate func distance(from earlier: Timestamp) -> Int { Int(seconds - earlier.seconds) }
}
