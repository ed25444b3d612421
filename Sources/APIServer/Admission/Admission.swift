package import Resources

/// What stands between a well-formed request and the store: plugins that complete or refuse it.
/// They run in order, from memory, on the request's event loop; webhooks, which are asked over the
/// network, stand between their stages (`AdmissionWebhooks`).
/// Source: Kubernetes documentation, "Admission Control in Kubernetes".
package protocol AdmissionPlugin: Sendable {
  /// When it runs.
  var stage: AdmissionStage { get }

  /// Completes or refuses a write.
  /// - Parameters:
  ///   - object: what is to be stored, after defaults; may be changed.
  ///   - write: who asks for what.
  /// - Throws: `APIError`, usually 403 Forbidden.
  func admit(_ object: inout Document, _ write: AdmissionWrite) throws(APIError)

  /// A write that `admit` let pass has ended, committed or not: what was held for it is let go.
  func settle(_ object: Document, _ write: AdmissionWrite)
}

extension AdmissionPlugin {
  package var stage: AdmissionStage { .mutating }
  package func settle(_ object: Document, _ write: AdmissionWrite) {}
}

/// The stages of a write, in order. Between `mutating` and `allocating` stand the mutating webhooks,
/// between `allocating` and `validating` the rules of the kind and the validating webhooks.
package enum AdmissionStage: Int, CaseIterable, Comparable, Sendable {
  /// Completes and checks what a client sent. Runs again after webhooks were asked, on what they
  /// made of it: running twice has to be the same as once.
  case mutating
  /// Hands out what only one object can have.
  case allocating
  /// Looks at what will be stored, and changes nothing.
  case validating

  package static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
}

package struct AdmissionWrite: Sendable {
  package enum Operation: String, Sendable {
    case create = "CREATE"
    case update = "UPDATE"
    case delete = "DELETE"
    /// A stream or a proxied request; nothing is stored.
    case connect = "CONNECT"
  }

  package var operation: Operation
  package var resource: ResourceType
  package var subresource: String?
  package var namespace: String?
  package var name: String
  package var user: User
  package var isDryRun: Bool
  /// What stands in the store; `nil` for creates.
  package var old: Document?
  /// What the object is, where it is none of the resource's own kind: `Scale`, `PodExecOptions`.
  package var kind: GroupVersionKind?
  /// The versions that the object can be told of in; `nil` where there is but one.
  package var versions: VersionedKind?
  /// Set where a webhook converts between them.
  var conversion: CustomConversion?
  /// What webhooks and policies see in place of the object; `nil` where they see the object itself.
  var view: AdmissionView?
  /// How the client put it, for webhooks.
  package var manner = WriteManner()
  /// The options of a delete.
  package var deleteOptions: DeleteOptions?
  /// Takes what the user is to be told beside the answer; `nil` where nobody listens.
  package var warnings: WarningList?
  /// Takes what the audit log is to be told; `nil` where nothing is written down.
  var audit: AuditTrail?
  /// Where the request is traced; `nil` where it is not.
  var trace: RequestTrace?
}

/// How a client asked for a write: what admission options say of it.
package struct WriteManner: Equatable, Sendable {
  /// Of an update, `patch` where the client sent no whole object.
  package var verb = "update"
  package var fieldManager = ""
  package var fieldValidation = ""
}

/// The plugins of a server, in order.
package struct AdmissionChain: Sendable {
  /// By stage, in the given order within each.
  private let plugins: [any AdmissionPlugin]
  private let ranges: [Range<Int>]
  /// How long the stages took.
  let tally = AdmissionTally()

  package init(_ plugins: [any AdmissionPlugin]) {
    var sorted: [any AdmissionPlugin] = []
    ranges = AdmissionStage.allCases.map { stage in
      let start = sorted.count
      sorted += plugins.filter { $0.stage == stage }
      return start..<sorted.count
    }
    self.plugins = sorted
  }

  /// Runs one stage. Where it is refused, what earlier plugins held, of any stage, is let go.
  package func admit(
    _ object: inout Document, _ write: AdmissionWrite, _ stage: AdmissionStage
  ) throws(APIError) {
    let start = ContinuousClock.now
    for position in ranges[stage.rawValue] {
      do throws(APIError) {
        try plugins[position].admit(&object, write)
      } catch {
        for earlier in plugins[..<position] { earlier.settle(object, write) }
        tally.add(ContinuousClock.now - start, write.operation, stage, isRefused: true)
        throw error
      }
    }
    tally.add(ContinuousClock.now - start, write.operation, stage, isRefused: false)
  }

  /// The write has ended after `stage` had let it pass.
  package func settle(
    _ object: Document, _ write: AdmissionWrite, after stage: AdmissionStage = .validating
  ) {
    for plugin in plugins[..<ranges[stage.rawValue].upperBound] { plugin.settle(object, write) }
  }
}
