/// Who writes, as `managedFields` tells them apart.
package struct FieldWriter: Sendable, Hashable {
  package var manager: String
  /// `apps/v1`: the version that the write speaks.
  package var apiVersion: String
  /// Empty for writes to the object itself.
  package var subresource: String
  /// Now, as RFC 3339.
  package var time: String

  package init(manager: String, apiVersion: String, subresource: String, time: String) {
    self.manager = manager.isEmpty ? "unknown" : manager
    self.apiVersion = apiVersion
    self.subresource = subresource
    self.time = time
  }
}
