<?php

/**
 * The parameters of XPayClient's transaction: those that were set, and those that pages write into `$Post`.
 *
 * @internal
 */
trait XPayClient_Parameters
{
    use XPayClient_State;

    /** @var array<string, string> the parameters of the transaction, in order; what is written here is sent as it stands */
    public $Post = [];
    /** @var array<array-key, mixed>|null what the library has of them; null if no transaction was begun */
    private $posted = null;
    /** @var array{string, string}|null what was refused of them, and why */
    private $refused = null;

    /**
     * @param mixed $mid
     * @return bool
     */
    private function draft($mid)
    {
        $this->refused = null;
        $this->bringKey($mid);
        $begun = $this->obey() && $this->ask('init_tx', compact('mid'));
        $this->show();
        $this->posted = null;
        if ($begun) {
            $this->MID = (string) $mid;
            $this->Post = $this->posted = $this->ids();
        }
        return $begun;
    }

    /** @return array<string, string> the parameters that are the library's own */
    private function ids()
    {
        return ['LGD_TXID' => $this->TX_ID, 'LGD_AUTHCODE' => $this->Auth_Code, 'LGD_MID' => $this->MID];
    }

    /**
     * @param mixed $name
     * @param mixed $value
     * @return bool
     */
    private function put(
        $name,
        #[SensitiveParameter]
        $value
    ) {
        $name = $this->bytes('name', $name);
        $value = $name === null ? null : $this->bytes($name, $value);
        if ($name === null || $value === null) {
            return false;
        }
        if ($this->library()->call('set', [$name, $value]) !== true) {
            $this->refused = $this->refused ?? [strtr($name, "\0", ' '), 'was refused'];
            return false;
        }
        $this->Post[$name] = $this->posted[$name] = $value;
        return true;
    }

    /**
     * Passes what pages wrote into $Post, also its order and what they removed.
     *
     * @return void
     */
    private function followPost()
    {
        if ($this->posted === null || $this->Post === $this->posted) {
            return;
        }
        if (!is_array($this->Post)) {
            $this->refuse('Post', 'is not an array');
            return;
        }
        foreach (array_keys(array_diff_key($this->posted, $this->ids())) as $name) {
            $this->library()->call('unset', [(string) $name]);
        }
        $this->posted = $this->ids();
        foreach ($this->Post as $name => $value) {
            if (!$this->put((string) $name, $value)) {
                return;
            }
        }
        $this->posted = $this->Post;
    }

    /**
     * A second TX has an LGD_TXID of its own.
     *
     * @return void
     */
    private function showIds()
    {
        $ids = $this->ids();
        $posted = $this->posted;
        if ($posted !== null && is_array($this->Post)) {
            $this->Post = array_intersect_key($ids, $this->Post) + $this->Post;
            $this->posted = array_intersect_key($ids, $posted) + $posted;
        }
    }

    /**
     * A transaction of this object's own, with the parameters of the one that it was cloned from.
     *
     * @return void
     */
    private function draftAgain()
    {
        if ($this->posted === null) {
            return;
        }
        list($post, $refused) = [$this->Post, $this->refused];
        if ($this->draft($this->MID)) {
            $this->Post = is_array($post) ? array_intersect_key($this->ids(), $post) + $post : $post;
            if ($refused !== null) {
                $this->refuse(...$refused);
            }
        }
    }

    /**
     * @param string $name
     * @param string $why
     * @return void
     */
    private function refuse($name, $why)
    {
        $this->refused = $this->refused ?? [strtr($name, "\0", ' '), $why];
        $this->library()->call('refuse', [strtr($name, "\0", ' '), $why]);
    }

    /**
     * A value as the vendor's class would send it, or null if it was rejected.
     *
     * @param string $name
     * @param mixed $value
     * @return string|null
     */
    private function bytes(
        $name,
        #[SensitiveParameter]
        $value
    ) {
        list($bytes, $why) = XPayClient_Library::text($value);
        if ($why === '') {
            return $bytes;
        }
        $this->refuse($name, $why);
        return null;
    }
}
