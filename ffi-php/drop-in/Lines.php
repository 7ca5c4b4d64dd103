<?php

/**
 * Lines to a bridge and back, for all clients of a script. Texts are percent-encoded, because they are bytes.
 *
 * @internal
 */
final class XPayClient_Lines
{
    /** The version of the lines, the second number of the first one. */
    public const VERSION = 2;
    /** So many answers may wait to be read: they fit into the room between two processes, which is 4 KiB on Windows. */
    public const MOST = PHP_OS_FAMILY === 'Windows' ? 8 : 100;

    /** @var resource none if there is no bridge, and then nothing uses it */
    private $to;
    /** @var resource */
    private $from;
    /** @var resource|null the process at the other end, if it is ours */
    private $process;
    /** @var array{string, string, string} what to say of another release, of a bridge that is gone, and in a fork */
    private $texts;
    /** @var int the process that may use them; a fork may not */
    private $pid;
    /** @var bool whether the first line was read */
    private $greeted = false;
    /** @var array<int, XPayClient_Bridge|null> whose answers were not read yet */
    private $awaited = [];
    /** @var string why they are of no use any more */
    private $words = '';
    /** @var bool */
    private $arrived = false;
    /** @var bool whether a statement is executed, by what must not use these lines */
    private $isAnswering = false;

    /**
     * @param resource|null $to null if there is no bridge
     * @param resource|null $from
     * @param resource|null $process
     * @param array{string, string, string} $texts
     */
    public function __construct($to, $from, $process, array $texts)
    {
        if ($to === null || $from === null) {
            $this->words = $texts[1];
        } else {
            list($this->to, $this->from) = [$to, $from];
        }
        $this->process = $process;
        $this->texts = $texts;
        $this->pid = XPayClient_Library::pid();
    }

    /** @return bool whether this process may write and has lost nothing */
    public function areOpen()
    {
        return $this->words === '' && $this->pid === XPayClient_Library::pid();
    }

    /** @return string why ask() returned null */
    public function words()
    {
        return $this->pid === XPayClient_Library::pid() ? $this->words : $this->texts[2];
    }

    /** @return bool whether any of what was sent last may have arrived */
    public function mayHaveArrived()
    {
        return $this->arrived;
    }

    /**
     * Sends calls, and reads all answers up to theirs.
     *
     * @param array<int, array{int, string, array<int, string|int|bool>}> $calls client, name, arguments
     * @param XPayClient_Bridge|null $client who learns of the answers
     * @param bool $wait whether it needs them now
     * @return array<int, mixed>|null the values, none if nobody waits; null if the bridge is gone
     */
    public function ask(
        #[SensitiveParameter]
        array $calls,
        $client,
        $wait
    ) {
        if ($this->isAnswering && XPayClient_Approvals::ending()) {
            // The script was ended within a statement, whose answer the bridge awaits.
            $this->words = $this->texts[1];
        } elseif ($this->isAnswering) {
            throw new LogicException('A connection for the journal cannot use a client. / 저널의 연결을 만드는 동안에는 결제 객체를 쓸 수 없습니다.');
        }
        $this->arrived = false;
        if (!$this->areOpen()) {
            return null;
        }
        $lines = '';
        foreach ($calls as list($number, $name, $arguments)) {
            $lines .= json_encode([$number, $name, self::encoded($arguments)]) . "\n";
            $this->awaited[] = $client;
        }
        $values = XPayClient_Library::quietly(function () use ($lines, $wait) {
            $written = fwrite($this->to, $lines);
            $this->arrived = (int) $written > 0;
            if ($written !== strlen($lines)) {
                return null;
            }
            return $wait || count($this->awaited) > self::MOST ? $this->readAll() : [];
        });
        if ($values === null && $this->words === '') {
            $this->words = $this->texts[1];
        }
        return $wait || $values === null ? $values : [];
    }

    /**
     * Reads the first line.
     *
     * @return string why this bridge cannot be used; '' if it can
     */
    public function greet()
    {
        if (!$this->greeted && $this->words === '') {
            $hello = $this->read();
            if (is_string($hello[0] ?? null)) {
                $this->words = rawurldecode($hello[0]);
            } elseif ($hello !== [XPayClient_Library::ABI, self::VERSION]) {
                $this->words = $hello === null ? $this->texts[1] : $this->texts[0];
            }
            $this->greeted = true;
            if ($this->process === null && $this->words === '') {
                // From here on a call may take as long as it takes.
                stream_set_timeout($this->from, XPayClient_Socket::LONG);
            }
        }
        return $this->words;
    }

    /** @return void */
    public function close()
    {
        if (!$this->areOpen()) {
            return;
        }
        XPayClient_Library::quietly(function () {
            // A bridge that cannot tell an answer takes it for lost. One that waits for the answer to a statement has none.
            $this->isAnswering || $this->readAll();
            $this->words = $this->texts[1];
            if ($this->process === null) {
                // Also where a program that the shop started has the socket still.
                stream_socket_shutdown($this->to, STREAM_SHUT_RDWR);
                return fclose($this->to);
            }
            // A worker of a web server would keep what nobody waits for.
            return fclose($this->to) && fclose($this->from) && proc_close($this->process) !== -1;
        });
    }

    /** @return array<int, mixed>|null the values of all answers that were awaited */
    private function readAll()
    {
        if ($this->greet() !== '') {
            return null;
        }
        $values = [];
        while ($this->awaited !== []) {
            $answer = $this->read();
            if ($answer === null) {
                return null;
            }
            $client = array_shift($this->awaited);
            if ($client !== null && isset($answer[1])) {
                /** @var array{rows?: array<int, array<int, string>>, ...<string, string|int|bool>} $news */
                $news = self::decoded($answer[1]);
                $client->learn($news);
            }
            $values[] = self::decoded($answer[0]);
        }
        return $values;
    }

    /** @return array<array-key, mixed>|null the next answer; until it comes, what it needs of the database is executed */
    private function read()
    {
        while (($line = fgets($this->from)) !== false && $line[0] === '{') {
            $statement = json_decode($line, true);
            $client = reset($this->awaited);
            $this->isAnswering = true;
            $reply = $client && is_array($statement) ? $client->execute($statement) : ['not_done' => 'nobody waits for it'];
            $this->isAnswering = false;
            $told = XPayClient_Store::line($reply);
            if (fwrite($this->to, $told) !== strlen($told)) {
                return null;
            }
        }
        $read = $line === false ? null : json_decode($line, true);
        return is_array($read) && isset($read[0]) ? $read : null;
    }

    /**
     * @param array<int, string|int|bool> $arguments
     * @return array<int, string|int|bool>
     */
    private static function encoded(
        #[SensitiveParameter]
        array $arguments
    ) {
        return array_map(static function ($argument) {
            return is_string($argument) ? rawurlencode($argument) : $argument;
        }, $arguments);
    }

    /**
     * @param mixed $value
     * @return mixed
     */
    private static function decoded(
        #[SensitiveParameter]
        $value
    ) {
        if (is_array($value)) {
            return array_map([self::class, 'decoded'], $value);
        }
        return is_string($value) ? rawurldecode($value) : $value;
    }
}
