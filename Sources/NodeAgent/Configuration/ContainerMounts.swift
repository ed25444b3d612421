package import ContainerRuntimeInterface
package import Resources
import SwiftProtobuf

/// A volume that stands ready on the node.
package struct MountedVolume: Equatable, Sendable {
  package var hostPath: String
  /// Whatever a container asks, it may not write.
  package var isReadOnly: Bool
  /// A block device, which containers open instead of having it mounted.
  package var isDevice: Bool

  package init(hostPath: String, isReadOnly: Bool = false, isDevice: Bool = false) {
    self.hostPath = hostPath
    self.isReadOnly = isReadOnly
    self.isDevice = isDevice
  }
}

/// What of the node a container sees, and where.
package enum ContainerMounts {
  /// The part of a volume that one mount shows, before symbolic links are looked at.
  /// - Returns: `nil` for the whole volume.
  /// - Throws: where the path would leave the volume or names an unknown variable.
  package static func subPath(
    of mount: VolumeMount, environment: ContainerEnvironment
  ) throws(ContainerSetupError) -> String? {
    var path = mount.subPath ?? ""
    if let expression = mount.subPathExpr, !expression.isEmpty {
      var unknown: String?
      path = VariableExpansion.expand(expression) { name in
        if environment[name] == nil { unknown = name }
        return environment[name]
      }
      if let unknown {
        throw .configuration(
          "failed to expand subPathExpr \"\(expression)\": missing value for \"\(unknown)\"")
      }
    }
    guard !path.isEmpty else { return nil }
    if path.hasPrefix("/") {
      throw .configuration("error SubPath `\(path)` must not be an absolute path")
    }
    if path.split(separator: "/", omittingEmptySubsequences: false).contains("..") {
      throw .configuration("unable to provision SubPath `\(path)`: it must not contain '..'")
    }
    return path
  }

  /// - Parameters:
  ///   - sources: for each of the container's mounts, in its order, the volume or its part.
  ///   - hostTable: the pod's `/etc/hosts`; `nil` where the image keeps its own.
  ///   - terminationMessage: the file for last words; `nil` where the container leaves none.
  package static func mounts(
    of container: Container, sources: [MountedVolume], hostTable: String?,
    terminationMessage: String?
  ) -> [CRIMount] {
    var mounts: [CRIMount] = []
    for (mount, source) in zip(container.volumeMounts, sources) {
      mounts.append(
        .with {
          $0.containerPath = absolute(mount.mountPath)
          $0.hostPath = source.hostPath
          $0.readonly = mount.readOnly == true || source.isReadOnly
          $0.propagation = propagation(mount.mountPropagation)
          $0.recursiveReadOnly =
            mount.readOnly == true && mount.recursiveReadOnly == "Enabled"
        })
    }
    if let hostTable, !mounts.contains(where: { $0.containerPath == "/etc/hosts" }) {
      mounts.append(
        .with {
          $0.containerPath = "/etc/hosts"
          $0.hostPath = hostTable
          $0.readonly = container.securityContext?.readOnlyRootFilesystem == true
        })
    }
    if let terminationMessage {
      mounts.append(
        .with {
          $0.containerPath = terminationMessagePath(of: container)
          $0.hostPath = terminationMessage
        })
    }
    return mounts
  }

  /// - Parameter volumes: the pod's, by name.
  /// - Throws: where one of the container's devices is no device.
  package static func devices(of container: Container, _ volumes: [String: MountedVolume])
    throws(ContainerSetupError) -> [CRIDevice]
  {
    var devices: [CRIDevice] = []
    for device in container.volumeDevices {
      guard let volume = volumes[device.name], volume.isDevice else {
        throw .configuration(
          "volume \"\(device.name)\" has volumeMode Filesystem, but is specified in volumeDevices "
            + "of container \"\(container.name)\"")
      }
      devices.append(
        .with {
          $0.containerPath = device.devicePath
          $0.hostPath = volume.hostPath
          // Read, make the node, and write.
          $0.permissions = volume.isReadOnly ? "rm" : "rwm"
        })
    }
    return devices
  }

  package static func terminationMessagePath(of container: Container) -> String {
    container.terminationMessagePath ?? "/dev/termination-log"
  }

  private static func absolute(_ path: String) -> String {
    path.hasPrefix("/") ? path : "/\(path)"
  }

  private static func propagation(_ name: String?) -> CRIMountPropagation {
    switch name {
    case "HostToContainer": .hostToContainer
    case "Bidirectional": .bidirectional
    default: .private
    }
  }
}
