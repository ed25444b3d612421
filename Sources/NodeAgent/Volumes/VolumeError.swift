/// Why a volume cannot be given to its pod. It becomes a FailedMount event and is tried again.
package struct VolumeError: Error, Equatable, Sendable, CustomStringConvertible {
  package let volume: String
  package let message: String

  package init(_ volume: String, _ message: String) {
    self.volume = volume
    self.message = message
  }

  /// As the event has it.
  package var description: String {
    "MountVolume.SetUp failed for volume \"\(volume)\" : \(message)"
  }
}
