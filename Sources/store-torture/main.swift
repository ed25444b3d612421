// What the store's tests and measurements need a process of their own for. Not part of the product.
//
//   store-torture write DIRECTORY LANE   writes until it is killed, and says what was acknowledged
//   store-torture measure [NAME...]      prints what the store costs (build in release mode)

import Store

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

let arguments = CommandLine.arguments.dropFirst()
switch arguments.first {
case "write" where arguments.count == 3:
  let words = Array(arguments)
  try await Victim(directory: words[1], lane: words[2]).run()
case "measure":
  try await Measurements().run(only: Array(arguments.dropFirst()))
default:
  print("usage: store-torture write DIRECTORY LANE | store-torture measure [NAME...]")
  exit(2)
}
