/// One file of an image.
package struct ImageFile: Equatable, Sendable {
  package enum Content: Equatable, Sendable {
    case file([UInt8])
    case directory
    case symbolicLink(to: String)
  }

  package struct Owner: Equatable, Sendable {
    package var user: UInt32
    package var group: UInt32

    package static let root = Owner(user: 0, group: 0)

    /// Each at most 2097151: the archive has seven octal digits for it.
    package init(user: UInt32, group: UInt32) {
      precondition(max(user, group) < 1 << 21, "an owner in an image has at most 21 bits")
      self.user = user
      self.group = group
    }
  }

  /// Absolute: `/bin/busybox`. Directories above it need no entry of their own.
  package var path: String
  package var content: Content
  /// Permission bits: `0o755`.
  package var mode: UInt16
  package var owner: Owner

  package init(_ path: String, _ content: Content, mode: UInt16, owner: Owner = .root) {
    self.path = path
    self.content = content
    self.mode = mode
    self.owner = owner
  }
}
