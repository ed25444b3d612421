import Foundations
import Networking
import Resources

/// Reviews: questions about access, answered and never stored.
struct AccessReviewHandler: ResourceHandler {
  let codec: RequestCodec
  let authorizer: any Authorizer

  func handle(_ call: APICall, _ responder: Responder) throws(APIError) {
    guard call.verb == .create else { throw .wrongMethod }
    let answer = try ObjectAnswer(call, responder)
    var warnings: [String] = []
    var review = try codec.object(of: call, warnings: &warnings)
    var user = call.user
    if !call.type.plural.hasPrefix("self") {
      let spec = review["spec"]
      user = User(
        name: spec?["user"]?.string ?? "", uid: spec?["uid"]?.string ?? "",
        groups: spec?["groups"]?.elements.compactMap(\.string) ?? [])
    }
    switch authorizer.decide(attributes(review["spec"] ?? .emptyObject, user)) {
    case .allowed: review["status"] = ["allowed": true]
    case .denied(let reason):
      review["status"] = ["allowed": false]
      if !reason.isEmpty { review.set(Document(reason), at: ["status", "reason"]) }
    }
    answer.send(.unstored(review), status: 201)
  }

  private func attributes(_ spec: Document, _ user: User) -> AccessAttributes {
    if let path = spec["nonResourceAttributes"] {
      var attributes = AccessAttributes(user: user, verb: path["verb"]?.string ?? "")
      attributes.path = path["path"]?.string ?? ""
      return attributes
    }
    let asked = spec["resourceAttributes"]
    func text(_ name: String) -> String { asked?[name]?.string ?? "" }
    var attributes = AccessAttributes(user: user, verb: text("verb"))
    attributes.group = text("group")
    attributes.version = text("version")
    attributes.resource = text("resource")
    attributes.subresource = text("subresource")
    attributes.namespace = text("namespace")
    attributes.name = text("name")
    return attributes
  }
}

/// `selfsubjectrulesreviews`: everything the caller may do in a namespace.
struct RulesReviewHandler: ResourceHandler {
  let codec: RequestCodec
  let authorizer: any Authorizer

  func handle(_ call: APICall, _ responder: Responder) throws(APIError) {
    guard call.verb == .create else { throw .wrongMethod }
    let answer = try ObjectAnswer(call, responder)
    var warnings: [String] = []
    var review = try codec.object(of: call, warnings: &warnings)
    var everything = AccessAttributes(user: call.user, verb: "*")
    everything.group = "*"
    everything.resource = "*"
    let isAdministrator = authorizer.decide(everything) == .allowed
    review["status"] = [
      "resourceRules": isAdministrator
        ? [["verbs": ["*"], "apiGroups": ["*"], "resources": ["*"]]] : [],
      "nonResourceRules": isAdministrator ? [["verbs": ["*"], "nonResourceURLs": ["*"]]] : [],
      "incomplete": false,
    ]
    answer.send(.unstored(review), status: 201)
  }
}

/// `selfsubjectreviews`: who am I?
struct SelfReviewHandler: ResourceHandler {
  func handle(_ call: APICall, _ responder: Responder) throws(APIError) {
    guard call.verb == .create else { throw .wrongMethod }
    let answer = try ObjectAnswer(call, responder)
    let review: Document = [
      "kind": Document(call.type.kind), "apiVersion": Document(call.type.apiVersion),
      "metadata": ["creationTimestamp": .null], "status": ["userInfo": call.user.info],
    ]
    answer.send(.unstored(review), status: 201)
  }
}

/// `tokenreviews`: whose token is this?
struct TokenReviewHandler: ResourceHandler {
  let codec: RequestCodec
  let authenticators: [any TokenAuthenticator]
  let now: @Sendable () -> Timestamp

  func handle(_ call: APICall, _ responder: Responder) throws(APIError) {
    guard call.verb == .create else { throw .wrongMethod }
    let answer = try ObjectAnswer(call, responder)
    var warnings: [String] = []
    var review = try codec.object(of: call, warnings: &warnings)
    let token = review[path: "spec", "token"]?.string ?? ""
    let user = authenticators.lazy.compactMap { $0.user(ofToken: token, now: now()) }.first
    if let user {
      review["status"] = ["authenticated": true, "user": user.info]
    } else {
      review["status"] = ["authenticated": false, "error": "the token is not valid"]
    }
    answer.send(.unstored(review), status: 201)
  }
}

extension User {
  /// As authentication/v1 UserInfo.
  var info: Document {
    var info: Document = ["username": Document(name)]
    if !uid.isEmpty { info["uid"] = Document(uid) }
    if !groups.isEmpty { info["groups"] = Document(groups.map { Document($0) }) }
    if !extra.isEmpty {
      info["extra"] = Document(
        extra.keys.sorted().map { key in
          (key, Document((extra[key] ?? []).map { Document($0) }))
        })
    }
    return info
  }
}
