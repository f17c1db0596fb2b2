// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using Tributary.Fuzz;

// tributary-fuzz --target NpzDecode --seed 1 --count 100000; without a target, all of them.
var options = args.Chunk(2).Where(pair => pair.Length == 2).ToDictionary(pair => pair[0], pair => pair[1], StringComparer.Ordinal);
var seed = int.Parse(options.GetValueOrDefault("--seed", "1"), CultureInfo.InvariantCulture);
var count = int.Parse(options.GetValueOrDefault("--count", "10000"), CultureInfo.InvariantCulture);
var name = options.GetValueOrDefault("--target");
FuzzTarget[] targets = [.. FuzzTarget.All.Where(target => name is null || target.Name == name)];
if (targets.Length == 0)
{
    await Console.Error.WriteLineAsync($"There is no target '{name}'. Targets: {string.Join(", ", FuzzTarget.All.Select(target => target.Name))}.");
    return 2;
}

foreach (var target in targets)
{
    try
    {
        FuzzRun.Run(target, seed, count);
        Console.WriteLine($"{target.Name}: {count} mutations from seed {seed}, none failed");
    }
    catch (FuzzFailure failure)
    {
        var path = $"{target.Name}-{seed}.bin";
        await File.WriteAllBytesAsync(path, failure.Input);
        await Console.Error.WriteLineAsync($"{failure}\nThe input is in {path}; keep it in Corpus/{target.Name}/ with the correction.");
        return 1;
    }
}

return 0;
