/// Whether somebody may do something: what the authorizer of a server answers.
package struct AccessAnswer: OpaqueValue, Equatable {
  package var isAllowed: Bool
  package var reason: String
  /// Empty where the authorizer came to a decision.
  package var error: String

  package init(isAllowed: Bool, reason: String = "", error: String = "") {
    self.isAllowed = isAllowed
    self.reason = reason
    self.error = error
  }

  package var typeName: String { "kubernetes.authorization.Decision" }
}

/// What an expression asks the authorizer.
package struct AccessQuestion: Sendable, Equatable {
  /// `nil` asks for the user of the request.
  package var serviceAccount: (namespace: String, name: String)?
  /// Set for paths that are no resources; the rest is empty then.
  package var path: String?
  package var group = ""
  package var resource = ""
  package var subresource = ""
  package var namespace = ""
  package var name = ""
  package var fieldSelector = ""
  package var labelSelector = ""
  package var verb = ""

  package static func == (left: Self, right: Self) -> Bool {
    left.serviceAccount?.namespace == right.serviceAccount?.namespace
      && left.serviceAccount?.name == right.serviceAccount?.name && left.path == right.path
      && left.group == right.group && left.resource == right.resource
      && left.subresource == right.subresource && left.namespace == right.namespace
      && left.name == right.name && left.fieldSelector == right.fieldSelector
      && left.labelSelector == right.labelSelector && left.verb == right.verb
  }

  package init() {}
}

/// The authorizer as expressions see it, and the questions they put together step by step.
package struct AuthorizerValue: OpaqueValue {
  package typealias Decide = @Sendable (AccessQuestion) -> AccessAnswer

  enum Step: String, Sendable {
    case authorizer = "Authorizer"
    case path = "PathCheck"
    case group = "GroupCheck"
    case resource = "ResourceCheck"
  }

  private(set) var step = Step.authorizer
  fileprivate(set) var question = AccessQuestion()
  /// What the request under admission is about: `authorizer.requestResource`.
  private let requested: AccessQuestion?
  fileprivate let decide: Decide

  package init(requested: AccessQuestion? = nil, _ decide: @escaping Decide) {
    self.requested = requested
    self.decide = decide
  }

  package static let typeName = "kubernetes.authorization.Authorizer"
  package var typeName: String { "kubernetes.authorization.\(step.rawValue)" }

  /// The type of a field; `nil` where the authorizer has none of that name.
  static func fieldType(_ name: String) -> CELType? {
    name == "requestResource" ? .opaque("kubernetes.authorization.ResourceCheck") : nil
  }

  package func field(_ name: String, _ evaluation: Evaluation) throws(EvaluationError) -> Value? {
    guard step == .authorizer, Self.fieldType(name) != nil, let requested else { return nil }
    return next(.resource) { $0 = requested }
  }

  func next(_ step: Step, _ change: (inout AccessQuestion) -> Void) -> Value {
    var next = self
    next.step = step
    change(&next.question)
    return .opaque(next)
  }

  func answer(_ verb: String) -> Value {
    var question = question
    question.verb = verb
    return .opaque(decide(question))
  }
}

/// Source: Kubernetes documentation, "CEL", authorizer library.
extension FunctionTable {
  /// What one question costs. Source: apiserver `pkg/cel/library/cost.go`.
  private static let questionCost = 350_000

  mutating func addAuthorizer() {
    func type(_ step: AuthorizerValue.Step) -> CELType {
      .opaque("kubernetes.authorization.\(step.rawValue)")
    }
    let decision = CELType.opaque("kubernetes.authorization.Decision")
    member("path", [type(.authorizer), .string], type(.path)) { (a, _) throws(EvaluationError) in
      let path = try a[1].asString()
      guard !path.isEmpty else { throw EvaluationError("path must not be empty") }
      return try a[0].asOpaque(AuthorizerValue.self).next(.path) { $0.path = path }
    }
    member("serviceAccount", [type(.authorizer), .string, .string], type(.authorizer)) {
      (a, _) throws(EvaluationError) in
      let account = (namespace: try a[1].asString(), name: try a[2].asString())
      return try a[0].asOpaque(AuthorizerValue.self).next(.authorizer) {
        $0.serviceAccount = account
      }
    }
    member("group", [type(.authorizer), .string], type(.group)) { (a, _) throws(EvaluationError) in
      let group = try a[1].asString()
      return try a[0].asOpaque(AuthorizerValue.self).next(.group) { $0.group = group }
    }
    member("resource", [type(.group), .string], type(.resource)) { (a, _) throws(EvaluationError) in
      let resource = try a[1].asString()
      guard !resource.isEmpty else { throw EvaluationError("resource must not be empty") }
      return try a[0].asOpaque(AuthorizerValue.self).next(.resource) { $0.resource = resource }
    }
    let parts: [(String, @Sendable (inout AccessQuestion, String) -> Void)] = [
      ("subresource", { $0.subresource = $1 }), ("namespace", { $0.namespace = $1 }),
      ("name", { $0.name = $1 }), ("fieldSelector", { $0.fieldSelector = $1 }),
      ("labelSelector", { $0.labelSelector = $1 }),
    ]
    for (name, change) in parts {
      member(name, [type(.resource), .string], type(.resource)) { (a, _) throws(EvaluationError) in
        let text = try a[1].asString()
        return try a[0].asOpaque(AuthorizerValue.self).next(.resource) { change(&$0, text) }
      }
    }
    for step in [AuthorizerValue.Step.path, .resource] {
      member("check", [type(step), .string], decision) { (a, run) throws(EvaluationError) in
        try run.charge(Self.questionCost)
        return try a[0].asOpaque(AuthorizerValue.self).answer(try a[1].asString())
      }
    }
    let answers: [(String, CELType, @Sendable (AccessAnswer) -> Value)] = [
      ("allowed", .bool, { .bool($0.isAllowed) }), ("reason", .string, { .string($0.reason) }),
      ("errored", .bool, { .bool(!$0.error.isEmpty) }), ("error", .string, { .string($0.error) }),
    ]
    for (name, result, part) in answers {
      member(name, [decision], result) { (a, _) throws(EvaluationError) in
        part(try a[0].asOpaque(AccessAnswer.self))
      }
    }
  }
}
