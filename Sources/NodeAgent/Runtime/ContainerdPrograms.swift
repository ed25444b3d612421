import Foundations

#if canImport(Glibc)
  import Glibc
#else
  import Musl
#endif

/// The programs that a containerd of our own is made of.
package struct ContainerdPrograms: Equatable, Sendable {
  /// Absolute.
  package let containerd: String
  /// Absolute: imports images.
  package let ctr: String
  /// Where `runc`, the shim and `iptables` (which the port mapping plugin calls) are found.
  package let searchPath: String
  package let networkPluginDirectory: String

  /// Looks in PATH and in the places that PATH often lacks. Reads directories only.
  /// - Parameters:
  ///   - path: PATH's value.
  ///   - networkPlugins: the one directory to look for network plugins in; `nil` for the usual ones.
  package static func find(
    inPath path: String, networkPlugins: String? = nil
  ) throws(RuntimeSetupError) -> ContainerdPrograms {
    func locate(_ name: String, of package: String) throws(RuntimeSetupError) -> String {
      guard let found = Self.path(of: name, inPath: path) else {
        throw .missingProgram(name, package: package)
      }
      return found
    }
    _ = try locate("containerd-shim-runc-v2", of: "containerd")
    _ = try locate("runc", of: "runc")
    _ = try locate("iptables", of: "iptables")
    return ContainerdPrograms(
      containerd: try locate("containerd", of: "containerd"),
      ctr: try locate("ctr", of: "containerd"),
      searchPath: directories(path).joined(separator: ":"),
      networkPluginDirectory: try locateNetworkPlugins(
        networkPlugins.map { [$0] } ?? ["/usr/lib/cni", "/opt/cni/bin", "/usr/libexec/cni"]))
  }

  /// Where a program is, in PATH or in the places that PATH often lacks.
  package static func path(of name: String, inPath path: String) -> String? {
    directories(path).map { "\($0)/\(name)" }.first(where: isProgram)
  }

  private static func directories(_ path: String) -> [String] {
    let usual = ["/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin"]
    let given = path.split(separator: ":").map(String.init)
    return given + usual.filter { !given.contains($0) }
  }

  /// Debian's place first, then the one that the plugins' own releases use.
  private static func locateNetworkPlugins(
    _ directories: [String]
  ) throws(RuntimeSetupError) -> String {
    let needed = ["bridge", "host-local", "loopback", "portmap"]
    if let complete = directories.first(where: { directory in
      needed.allSatisfy { isProgram("\(directory)/\($0)") }
    }) {
      return complete
    }
    // Nowhere are all of them: names one that is missing where most would be looked for.
    let missing = needed.first { !isProgram("\(directories[0])/\($0)") } ?? needed[0]
    throw .missingNetworkPlugin(missing, directories: directories)
  }

  private static func isProgram(_ path: String) -> Bool { access(path, X_OK) == 0 }
}
