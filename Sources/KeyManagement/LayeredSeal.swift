import Foundations
package import Store

/// KMS plugins beside the seal of the server's own keys: the first of all seals what is written, and
/// each opens what it sealed.
package struct LayeredSeal: ValueSeal {
  private let plugins: [KeyServiceSeal]
  private let own: any ValueSeal
  /// `nil` seals with the server's own keys.
  private let writer: KeyServiceSeal?

  /// - Parameters:
  ///   - plugins: of different names.
  ///   - writer: the place among them of the one that seals; `nil` for the server's own keys.
  package init(_ plugins: [KeyServiceSeal], beside own: any ValueSeal, writer: Int?) {
    self.plugins = plugins
    self.own = own
    self.writer = writer.map { plugins[$0] }
  }

  private var first: any ValueSeal { writer ?? own }

  private func seal(of value: [UInt8]) -> any ValueSeal {
    plugins.first { $0.isOwn(value) } ?? own
  }

  package func sealed(_ value: [UInt8], at place: Key) throws(StoreError) -> [UInt8] {
    try first.sealed(value, at: place)
  }

  package func opened(_ value: [UInt8], at place: Key) throws(StoreError) -> [UInt8] {
    try seal(of: value).opened(value, at: place)
  }

  package func isCurrent(_ value: [UInt8]) -> Bool {
    if let writer { return writer.isCurrent(value) }
    return !plugins.contains { $0.isOwn(value) } && own.isCurrent(value)
  }

  package func prepare(toOpen values: [StoredValue]) async throws(StoreError) {
    for plugin in plugins { try await plugin.prepare(toOpen: values) }
  }
}
