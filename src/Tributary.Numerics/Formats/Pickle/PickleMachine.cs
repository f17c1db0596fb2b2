// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;

namespace Tributary.Numerics.Formats.Pickle;

/// <summary>
/// A machine that follows a pickle without running it: it keeps stack, marks and memo, but an import is only a name, and the subclass
/// decides the result of a call. Nothing is ever imported, created or called.
/// </summary>
internal abstract class PickleMachine
{
    /// <summary>The default maximum number of operations. A model of ten thousand arrays has about a third of it.</summary>
    public const int MaxOperations = 1_000_000;

    /// <summary>The description of an import whose name is put together while the pickle is loaded, or too long.</summary>
    protected const string ComputedName = "a name that is computed or too long";

    private readonly PickleTokens _tokens;
    private readonly int _maxOperations;
    private readonly List<PickleValue> _stack = [];
    private readonly List<int> _marks = [];
    private readonly Dictionary<long, PickleValue> _memo = [];

    /// <param name="tokens">The tokens, positioned at the start of the pickle; after its end, they are positioned behind it.</param>
    /// <param name="maxOperations">The maximum number of operations; a longer pickle is refused.</param>
    protected PickleMachine(PickleTokens tokens, int maxOperations = MaxOperations) => (_tokens, _maxOperations) = (tokens, maxOperations);

    /// <summary>True when the pickle begins with the mark of protocol 2 or later. Older protocols have no mark.</summary>
    public bool HasMark { get; private set; }

    /// <summary>The number of operations followed.</summary>
    public int Operations { get; private set; }

    /// <summary>The highest protocol announced; 0 when none is.</summary>
    public int Protocol { get; private set; }

    /// <summary>The number of unread bytes: after the end, those that do not belong to the pickle.</summary>
    public long Left => _tokens.Left;

    /// <summary>Follows all operations to the last.</summary>
    /// <returns>The value that the pickle leaves on the stack.</returns>
    /// <exception cref="ParameterFormatException">The bytes are not a pickle, or the subclass refuses one of its operations.</exception>
    public PickleValue Run()
    {
        for (; Operations < _maxOperations; Operations++)
        {
            var opcode = (PickleOpcode)_tokens.ReadByte();
            if (opcode == PickleOpcode.Stop)
            {
                return Pop();
            }

            Step(opcode);
            HasMark |= Operations == 0 && opcode == PickleOpcode.Proto && Protocol >= 2;
        }

        throw LayoutLimits.Exceeded($"The pickle has more than {_maxOperations} operations.");
    }

    /// <summary>Returns the value for an import by name.</summary>
    protected abstract PickleValue Import(string module, string name);

    /// <summary>Returns the value for an import whose name cannot be told here.</summary>
    protected abstract PickleValue ImportUnnamed(string what);

    /// <summary>Returns the value for a call, or for the creation of an object.</summary>
    protected abstract PickleValue Call(PickleValue callable, PickleValue arguments);

    /// <summary>Returns the value for an object that is given its state.</summary>
    protected abstract PickleValue SetState(PickleValue target, PickleValue state);

    /// <summary>Checks the length of a frame, whose content is read like the rest: only one beyond the end is an error.</summary>
    protected virtual void CheckFrame(ulong length) => _tokens.Require(length);

    /// <summary>Follows the change of an object that is no list of the pickle.</summary>
    protected virtual void Change(PickleValue target)
    {
    }

    protected static ParameterFormatException Malformed(string what) => PickleTokens.Malformed(what);

    private void Step(PickleOpcode opcode)
    {
        switch (opcode)
        {
            case PickleOpcode.Proto: ReadProtocol(); break;
            case PickleOpcode.Frame: CheckFrame(_tokens.ReadNumber(8)); break;

            case PickleOpcode.None: Push(PickleValue.None); break;
            case PickleOpcode.NewTrue: Push(new PickleNumber(1)); break;
            case PickleOpcode.NewFalse: Push(new PickleNumber(0)); break;
            case PickleOpcode.BinInt: PushNumber((int)(uint)_tokens.ReadNumber(4)); break;
            case PickleOpcode.BinInt1: PushNumber((long)_tokens.ReadNumber(1)); break;
            case PickleOpcode.BinInt2: PushNumber((long)_tokens.ReadNumber(2)); break;
            case PickleOpcode.Int or PickleOpcode.Long: PushNumber(_tokens.ReadDecimal()); break;
            case PickleOpcode.Long1: PushNumber(_tokens.ReadSigned(_tokens.ReadNumber(1))); break;
            case PickleOpcode.Long4: PushNumber(_tokens.ReadSigned(_tokens.ReadNumber(4))); break;
            case PickleOpcode.Float: Ignore(_tokens.ReadLine()); break;
            case PickleOpcode.BinFloat: Ignore(_tokens.ReadBytes(8)); break;

            case PickleOpcode.String: Push(Unescaped(_tokens.ReadLine(), isQuoted: true)); break;
            case PickleOpcode.Unicode: Push(Unescaped(_tokens.ReadLine(), isQuoted: false)); break;
            case PickleOpcode.ShortBinUnicode: Push(_tokens.ReadText(_tokens.ReadNumber(1))); break;
            case PickleOpcode.BinUnicode: Push(_tokens.ReadText(_tokens.ReadNumber(4))); break;
            case PickleOpcode.BinUnicode8: Push(_tokens.ReadText(_tokens.ReadNumber(8))); break;
            case PickleOpcode.ShortBinString: Push(_tokens.ReadText(_tokens.ReadNumber(1))); break;
            case PickleOpcode.BinString: Push(_tokens.ReadText(_tokens.ReadNumber(4))); break;
            case PickleOpcode.ShortBinBytes: Push(_tokens.ReadBytes(_tokens.ReadNumber(1))); break;
            case PickleOpcode.BinBytes: Push(_tokens.ReadBytes(_tokens.ReadNumber(4))); break;
            case PickleOpcode.BinBytes8 or PickleOpcode.ByteArray8: Push(_tokens.ReadBytes(_tokens.ReadNumber(8))); break;

            case PickleOpcode.Mark: _marks.Add(_stack.Count); break;
            case PickleOpcode.Pop when _marks.Count > 0 && _marks[^1] == _stack.Count: _marks.RemoveAt(_marks.Count - 1); break;
            case PickleOpcode.Pop: Pop(); break;
            case PickleOpcode.PopMark: PopToMark(); break;
            case PickleOpcode.Dup: Push(Top()); break;
            case PickleOpcode.Memoize: _memo[_memo.Count] = Top(); break;
            case PickleOpcode.Put: _memo[_tokens.ReadIndex()] = Top(); break;
            case PickleOpcode.BinPut: _memo[(long)_tokens.ReadNumber(1)] = Top(); break;
            case PickleOpcode.LongBinPut: _memo[(long)_tokens.ReadNumber(4)] = Top(); break;
            case PickleOpcode.Get: Recall(_tokens.ReadIndex()); break;
            case PickleOpcode.BinGet: Recall((long)_tokens.ReadNumber(1)); break;
            case PickleOpcode.LongBinGet: Recall((long)_tokens.ReadNumber(4)); break;

            case PickleOpcode.EmptyTuple: Push(new PickleTuple([])); break;
            case PickleOpcode.Tuple1: Push(new PickleTuple(Pop(1))); break;
            case PickleOpcode.Tuple2: Push(new PickleTuple(Pop(2))); break;
            case PickleOpcode.Tuple3: Push(new PickleTuple(Pop(3))); break;
            case PickleOpcode.Tuple: Push(new PickleTuple(PopToMark())); break;
            case PickleOpcode.EmptyList: Push(new PickleList([])); break;
            case PickleOpcode.List: Push(new PickleList([.. PopToMark()])); break;
            case PickleOpcode.Append: AddTo(Pop(1)); break;
            case PickleOpcode.Appends: AddTo(PopToMark()); break;
            case PickleOpcode.EmptyDict or PickleOpcode.EmptySet: Push(PickleValue.Opaque); break;
            case PickleOpcode.Dict or PickleOpcode.FrozenSet: Ignore(PopToMark()); break;
            case PickleOpcode.SetItem: Pop(2); Change(Top()); break;
            case PickleOpcode.SetItems or PickleOpcode.AddItems: PopToMark(); Change(Top()); break;

            default: StepOutside(opcode); break;
        }
    }

    /// <summary>Follows the operations that reach beyond plain data.</summary>
    private void StepOutside(PickleOpcode opcode)
    {
        switch (opcode)
        {
            case PickleOpcode.Global: Push(Import(_tokens.ReadName(), _tokens.ReadName())); break;
            case PickleOpcode.StackGlobal: ImportFromStack(); break;
            case PickleOpcode.Inst: Instantiate(); break;
            case PickleOpcode.Obj: CreateFromMark(); break;
            case PickleOpcode.Reduce or PickleOpcode.NewObj: CallWith(Pop(2)); break;
            case PickleOpcode.NewObjEx: CallWith(Pop(3)); break;
            case PickleOpcode.Build: Build(Pop(2)); break;
            case PickleOpcode.PersId: _tokens.ReadLine(); Push(ImportUnnamed("a persistent id")); break;
            case PickleOpcode.BinPersId: Pop(); Push(ImportUnnamed("a persistent id")); break;
            case PickleOpcode.Ext1: Push(ImportUnnamed($"extension {_tokens.ReadNumber(1)}")); break;
            case PickleOpcode.Ext2: Push(ImportUnnamed($"extension {_tokens.ReadNumber(2)}")); break;
            case PickleOpcode.Ext4: Push(ImportUnnamed($"extension {_tokens.ReadNumber(4)}")); break;
            case PickleOpcode.NextBuffer: Push(ImportUnnamed("a buffer outside")); break;
            case PickleOpcode.ReadOnlyBuffer: Top(); break;
            default: throw Malformed($"byte {_tokens.Position - 1} is 0x{(byte)opcode:X2}, which is no operation");
        }
    }

    private void ReadProtocol()
    {
        var protocol = _tokens.ReadByte();
        Protocol = protocol <= 5 ? Math.Max(Protocol, protocol) : throw Malformed($"protocol {protocol}; expected at most 5");
    }

    /// <summary>Returns the text of a line. Escapes hide what a text says, so a text with escapes counts as unknown.</summary>
    private static PickleText Unescaped(PickleText line, bool isQuoted)
    {
        var value = line.Value is { } text && !text.Contains('\\') ? text : null;
        if (isQuoted && value is not null)
        {
            value = value.Length >= 2 && value[0] == value[^1] && value[0] is '\'' or '"' ? value[1..^1] : null;
        }

        return line with { Value = value, Spelling = isQuoted ? PickleSpelling.Quoted : PickleSpelling.Escaped };
    }

    private void ImportFromStack()
    {
        Push(Pop(2) is [PickleText { Value: { } module }, PickleText { Value: { } name }]
            ? Import(module, name)
            : ImportUnnamed(ComputedName));
    }

    private void Instantiate()
    {
        var callable = Import(_tokens.ReadName(), _tokens.ReadName());
        Push(Call(callable, new PickleTuple(PopToMark())));
    }

    private void CreateFromMark() => Push(PopToMark() is [var callable, .. var arguments]
        ? Call(callable, new PickleTuple(arguments))
        : throw Malformed($"the object before byte {_tokens.Position} has no class"));

    private void CallWith(PickleValue[] operands) => Push(Call(operands[0], operands.Length == 2 ? operands[1] : PickleValue.Opaque));

    private void Build(PickleValue[] operands) => Push(SetState(operands[0], operands[1]));

    private void AddTo(PickleValue[] items)
    {
        if (Top() is PickleList list)
        {
            list.Items.AddRange(items);
        }
        else
        {
            Change(Top());
        }
    }

    private void Push(PickleValue value) => _stack.Add(value);

    private void PushNumber(long? value) => Push(value is { } number ? new PickleNumber(number) : PickleValue.Opaque);

    /// <summary>Pushes a value of which only the presence matters.</summary>
    private void Ignore(object value)
    {
        Debug.Assert(value is not null, "There is no value.");
        Push(PickleValue.Opaque);
    }

    private void Recall(long index) => Push(_memo.TryGetValue(index, out var value) ? value : throw Malformed($"memo {index} is read before it is set"));

    private PickleValue Top()
    {
        RequireStack(1);
        return _stack[^1];
    }

    private PickleValue Pop() => Pop(1)[0];

    private PickleValue[] Pop(int count)
    {
        RequireStack(count);
        var taken = _stack.GetRange(_stack.Count - count, count).ToArray();
        _stack.RemoveRange(_stack.Count - count, count);
        return taken;
    }

    private PickleValue[] PopToMark()
    {
        if (_marks.Count == 0)
        {
            throw Malformed($"the operation before byte {_tokens.Position} looks for a mark that is not there");
        }

        var start = _marks[^1];
        _marks.RemoveAt(_marks.Count - 1);
        var taken = _stack.GetRange(start, _stack.Count - start).ToArray();
        _stack.RemoveRange(start, _stack.Count - start);
        return taken;
    }

    private void RequireStack(int count)
    {
        // The values below a mark belong to what the mark began.
        if (_stack.Count - (_marks.Count > 0 ? _marks[^1] : 0) < count)
        {
            throw Malformed($"the operation before byte {_tokens.Position} takes {count} values from a stack that has fewer");
        }
    }
}
