// SPDX-License-Identifier: Apache-2.0
namespace Tributary.Fuzz;

/// <summary>Gives a target its corpus and then mutations of it, the same for the same seed.</summary>
public static class FuzzRun
{
    public static void Run(FuzzTarget target, int seed, int count)
    {
        ArgumentNullException.ThrowIfNull(target);
        var corpus = target.ReadCorpus();
        foreach (var input in corpus)
        {
            Try(target, input);
        }

        var mutator = new Mutator(corpus, seed);
        for (var i = 0; i < count; i++)
        {
            Try(target, mutator.Next());
        }
    }

    private static void Try(FuzzTarget target, byte[] input)
    {
        try
        {
            target.Fuzz(input);
        }
        catch (Exception exception)
        {
            throw new FuzzFailure(target.Name, input, exception);
        }
    }
}
