/// A file that a volume shows.
package struct VolumeFile: Equatable, Sendable {
  /// Below the volume, without `..` and without a leading slash.
  package var path: String
  package var bytes: [UInt8]
  /// Permission bits.
  package var mode: UInt32
  /// Who owns it, where not root.
  package var userID: UInt32?

  package init(path: String, bytes: [UInt8], mode: UInt32, userID: UInt32? = nil) {
    self.path = path
    self.bytes = bytes
    self.mode = mode
    self.userID = userID
  }
}
