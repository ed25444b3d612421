package import Resources

/// What stands between a well-formed request and the store: plugins that complete or refuse it.
/// They run in order, from memory, on the request's event loop.
/// Source: Kubernetes documentation, "Admission Control in Kubernetes".
package protocol AdmissionPlugin: Sendable {
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
  package func settle(_ object: Document, _ write: AdmissionWrite) {}
}

package struct AdmissionWrite: Sendable {
  package enum Operation: String, Sendable {
    case create = "CREATE"
    case update = "UPDATE"
    case delete = "DELETE"
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
}

/// The plugins of a server, in order.
package struct AdmissionChain: Sendable {
  package var plugins: [any AdmissionPlugin]

  package init(_ plugins: [any AdmissionPlugin]) { self.plugins = plugins }

  package func admit(_ object: inout Document, _ write: AdmissionWrite) throws(APIError) {
    for position in plugins.indices {
      do throws(APIError) {
        try plugins[position].admit(&object, write)
      } catch {
        for earlier in plugins[..<position] { earlier.settle(object, write) }
        throw error
      }
    }
  }

  package func settle(_ object: Document, _ write: AdmissionWrite) {
    for plugin in plugins { plugin.settle(object, write) }
  }
}
