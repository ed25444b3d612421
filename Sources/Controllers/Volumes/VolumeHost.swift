/// Keeps directories that are volumes on the nodes of the cluster. The control plane decides, the
/// nodes act; no node need be allowed to make PersistentVolumes.
package protocol VolumeHost: Sendable {
  /// Makes a directory for a volume, or finds it made.
  /// - Parameters:
  ///   - volume: the PersistentVolume's name.
  ///   - byteCount: what must fit.
  /// - Returns: the directory's path on the node.
  /// - Throws: `.full` where the node has not enough room; anything else for a node that cannot
  ///   be reached or could not do it.
  func makeDirectory(for volume: String, byteCount: Int, on node: String) async throws -> String

  /// Removes a volume's directory and all that is in it. Can be repeated.
  func removeDirectory(of volume: String, on node: String) async throws
}

package enum VolumeHostError: Error, Equatable, Sendable, CustomStringConvertible {
  /// Another node may have room.
  case full(String)
  case failed(String)

  package var description: String {
    switch self {
    case .full(let message), .failed(let message): message
    }
  }
}
