/// A pod sandbox's name in the runtime: 64 hexadecimal digits with containerd, opaque to us.
package struct SandboxID: Hashable, Sendable, CustomStringConvertible {
  package let rawValue: String

  package init(_ rawValue: String) { self.rawValue = rawValue }

  package var description: String { rawValue }
}

/// A container's name in the runtime: 64 hexadecimal digits with containerd, opaque to us.
package struct ContainerID: Hashable, Sendable, CustomStringConvertible {
  package let rawValue: String

  package init(_ rawValue: String) { self.rawValue = rawValue }

  package var description: String { rawValue }
}
